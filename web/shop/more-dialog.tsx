import type { Operation } from '../../functions/domain/frames.ts';
import { Dialog } from '../shared/dialog.tsx';
import { say, type Text } from '../shared/language.ts';
import { may } from './may.ts';
import { texts } from './texts.ts';

/** What opens from the bar. */
export type Opened =
  | 'cooking'
  | 'dishes'
  | 'menu'
  | 'summary'
  | 'done'
  | 'settings'
  | 'customers-link'
  | 'terms'
  | 'keys'
  | 'more';

/** The entries that have a button of their own where there is room, and are behind "more" on a phone. */
const entries = [
  { what: 'cooking', title: texts.toCook },
  { what: 'dishes', title: texts.dishes, needs: 'set_dish' },
  { what: 'summary', title: texts.summary, needs: 'report' },
  { what: 'done', title: texts.done, needs: 'list_orders' },
  { what: 'settings', title: texts.settings },
] as const satisfies { what: Opened; title: Text; needs?: Operation['op'] }[];

/** Those that the key of this screen has a use for. */
export function usefulEntries() {
  return entries.filter(entry => !('needs' in entry) || may(entry.needs));
}

/** On a phone: what has no room in the bar. */
export function MoreDialog({ onOpen, onClose }: { onOpen: (what: Opened) => void; onClose: () => void }) {
  return (
    <Dialog title={say(texts.more)} testid="more-dialog" onClose={onClose}>
      <div class="stack">
        {usefulEntries().map(({ what, title }) => (
          <button key={what} type="button" class="button" data-testid={`more-${what}`} onClick={() => onOpen(what)}>
            {say(title)}
          </button>
        ))}
      </div>
    </Dialog>
  );
}
