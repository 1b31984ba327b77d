import { chargeWords } from '../../shared/charges.ts';
import { Dialog } from '../../shared/dialog.tsx';
import { say } from '../../shared/language.ts';
import { money } from '../../shared/money.ts';
import { texts } from '../texts.ts';
import { dishCount } from './cart.ts';
import type { CartChange } from './fit.ts';
import { amounts } from './handover.ts';
import { agreeToChanges, allChanges, type TermChange } from './terms.ts';

/** A note on the menu and at the checkout of what the shop has changed in the cart, and in how it sells. */
export function ChangesNote({ currency }: { currency: string }) {
  if (allChanges.value.length === 0) return null;
  return (
    <div class="banner banner-warn row changes" role="alert" data-testid="changes">
      <div class="stack grow">
        <p>{say(texts.changed)}</p>
        <ChangeList currency={currency} />
      </div>
      <button type="button" class="button" data-testid="accept-changes" onClick={agreeToChanges}>
        {say(texts.confirmChanges)}
      </button>
    </div>
  );
}

/** Asks for confirmation before ordering: what the shop has changed, and the new total. */
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
      {allChanges.value.map(change => (
        <li key={change.id} class="typed">
          {inWords(change, currency)}
        </li>
      ))}
    </ul>
  );
}

function inWords(change: CartChange | TermChange, currency: string): string {
  if (!('name' in change)) return termInWords(change, currency);
  const { name: dish } = change;
  if (change.type === 'gone') return say(texts.changedGone, { dish });
  if (change.type === 'choice')
    return say(change.isKept ? texts.changedChoice : texts.changedChoiceGone, { dish, choice: change.choice });
  const { before, after } = change;
  return say(texts.changedPrice, { dish, before: money(before, currency), after: money(after, currency) });
}

function termInWords(change: TermChange, currency: string): string {
  if (change.type === 'way') return say(change.way === 'pickup' ? texts.changedToPickup : texts.changedToDelivery);
  if (change.type === 'now') return say(change.hasOpened ? texts.changedToOpen : texts.changedToNow);
  const { before, after } = change;
  return say(texts.changedPrice, {
    dish: say(change.type === 'minimum' ? texts.minimum : chargeWords[change.type]),
    before: money(before, currency),
    after: money(after, currency),
  });
}
