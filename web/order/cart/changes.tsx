import { Dialog } from '../../shared/dialog.tsx';
import { say } from '../../shared/language.ts';
import { money } from '../../shared/money.ts';
import { texts } from '../texts.ts';
import { acceptChanges, changes, dishCount, totalCents } from './cart.ts';

/** A note on the menu and at the checkout that a new version of the menu has changed the cart. */
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

/** Asks for confirmation before ordering: what a new version of the menu has changed, and the new total. */
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
