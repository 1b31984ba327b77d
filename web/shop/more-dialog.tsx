import { Dialog } from '../shared/dialog.tsx';
import { say } from '../shared/language.ts';
import { texts } from './texts.ts';

/** What opens from the bar. */
export type Opened = 'cooking' | 'dishes' | 'menu' | 'summary' | 'done' | 'settings' | 'customers-link' | 'more';

/** The entries that have a button of their own where there is room, and are behind "more" on a phone. */
export const entries = [
  { what: 'cooking', title: texts.toCook },
  { what: 'dishes', title: texts.dishes },
  { what: 'summary', title: texts.summary },
  { what: 'done', title: texts.done },
  { what: 'settings', title: texts.settings },
] as const;

/** On a phone: what has no room in the bar. */
export function MoreDialog({ onOpen, onClose }: { onOpen: (what: Opened) => void; onClose: () => void }) {
  return (
    <Dialog title={say(texts.more)} testid="more-dialog" onClose={onClose}>
      <div class="stack">
        {entries.map(({ what, title }) => (
          <button key={what} type="button" class="button" data-testid={`more-${what}`} onClick={() => onOpen(what)}>
            {say(title)}
          </button>
        ))}
      </div>
    </Dialog>
  );
}
