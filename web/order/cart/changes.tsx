import { Dialog } from '../../shared/dialog.tsx';
import { say } from '../../shared/language.ts';
import { money } from '../../shared/money.ts';
import { texts } from '../texts.ts';
import { acceptChanges, changes, dishCount } from './cart.ts';
import type { CartChange } from './fit.ts';
import { amounts } from './handover.ts';

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
          {say(texts.place, { total: money(amounts.value.totalCents, currency) })}
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
        <li key={change.id} class="typed">
          {inWords(change, currency)}
        </li>
      ))}
    </ul>
  );
}

function inWords(change: CartChange, currency: string): string {
  const { name: dish } = change;
  if (change.type === 'gone') return say(texts.changedGone, { dish });
  if (change.type === 'choice') return say(texts.changedChoice, { dish, choice: change.choice });
  const { before, after } = change;
  return say(texts.changedPrice, { dish, before: money(before, currency), after: money(after, currency) });
}
