import { signal } from '@preact/signals';
import type { Order, Reason } from '../../../functions/domain/frames.ts';
import { Dialog } from '../../shared/dialog.tsx';
import { say } from '../../shared/language.ts';
import { reasonWords } from '../../shared/order-words.ts';
import { texts } from '../texts.ts';
import { takeStep } from './steps.ts';

/** The order that somebody is about to reject or cancel, as it was at the tap. */
export const orderInQuestion = signal<Order | undefined>(undefined);

/** `expired` is the system's own. */
type GivenReason = Exclude<Reason, 'expired'>;

const reasons: readonly GivenReason[] = [
  'sold_out',
  'too_busy',
  'closing',
  'cannot_deliver',
  'customer_request',
  'other',
];

/**
 * Asks for the reason; a tap on one rejects or cancels. It stays open even if the order changes meanwhile: if it closed
 * by itself, a tap could hit what is below. The server then answers that the order has changed.
 */
export function ReasonDialog() {
  const order = orderInQuestion.value;
  if (order === undefined) return null;
  const isNew = order.status === 'placed';
  const close = () => {
    orderInQuestion.value = undefined;
  };
  const giveReason = (reason: GivenReason) => () => {
    close();
    takeStep({ op: isNew ? 'reject' : 'cancel', order: order.id, version: order.version, reason });
  };
  return (
    <Dialog
      title={say(isNew ? texts.rejectTitle : texts.cancelTitle, { n: order.number })}
      testid="reason-dialog"
      onClose={close}
    >
      <p class="muted">{say(texts.reasonHint)}</p>
      <div class="reasons">
        {reasons.map(reason => (
          <button
            key={reason}
            type="button"
            class="button bad-outline"
            data-testid={`reason-${reason}`}
            onClick={giveReason(reason)}
          >
            {say(reasonWords[reason])}
          </button>
        ))}
      </div>
      <button type="button" class="button" onClick={close}>
        {say(texts.keep)}
      </button>
    </Dialog>
  );
}
