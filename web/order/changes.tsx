import { Dialog } from '../shared/dialog.tsx';
import { say } from '../shared/language.ts';
import { money } from '../shared/money.ts';
import { acceptChanges, changes, dishCount, totalCents } from './cart.ts';
import { texts } from './texts.ts';

/** That a fresh menu changed something in the cart, while the customer still looks around. */
export function ChangesNote({ currency }: { currency: string }) {
  if (changes.value.length === 0) return null;
  return (
    <div class="banner banner-warn row changes" role="alert" data-testid="changes">
      <div class="stack grow">
        <p>{say(texts.changed)}</p>
        <ChangeList currency={currency} />
      </div>
      <button type="button" class="button" data-testid="accept-changes" onClick={acceptChanges}>
        {say(texts.confirmChanges)}
      </button>
    </div>
  );
}

/** What was changed and what it costs now, before the order goes out: it is asked for again. */
export function ChangesDialog({
  currency,
  onOrder,
  onClose,
}: {
  currency: string;
  onOrder: () => void;
  onClose: () => void;
}) {
  return (
    <Dialog title={say(texts.changedTitle)} testid="changes-dialog" onClose={onClose}>
      <ChangeList currency={currency} />
      {dishCount.value > 0 && (
        <button type="button" class="button primary big" data-testid="order-anyway" onClick={onOrder}>
          {say(texts.place, { total: money(totalCents.value, currency) })}
        </button>
      )}
      <button type="button" class="button" data-testid="look-again" onClick={onClose}>
        {say(texts.lookAgain)}
      </button>
    </Dialog>
  );
}

function ChangeList({ currency }: { currency: string }) {
  return (
    <ul class="bullets">
      {changes.value.map(change => (
        <li key={change.dish} class="typed">
          {change.type === 'gone'
            ? say(texts.changedGone, { dish: change.name })
            : say(texts.changedPrice, {
                dish: change.name,
                before: money(change.before, currency),
                after: money(change.after, currency),
              })}
        </li>
      ))}
    </ul>
  );
}
