import type { Reason } from '../../functions/domain/frames.ts';
import { Dialog } from '../shared/dialog.tsx';
import { say } from '../shared/language.ts';
import { reasonWords } from '../shared/order-words.ts';
import { texts } from './texts.ts';

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

/** Asks why; one tap on the reason does it. */
export function ReasonDialog({
  title,
  onReason,
  onClose,
}: {
  title: string;
  onReason: (reason: GivenReason) => void;
  onClose: () => void;
}) {
  return (
    <Dialog title={title} testid="reason-dialog" onClose={onClose}>
      <p class="muted">{say(texts.reasonHint)}</p>
      <div class="reasons">
        {reasons.map(reason => (
          <button
            key={reason}
            type="button"
            class="button bad-outline"
            data-testid={`reason-${reason}`}
            onClick={() => onReason(reason)}
          >
            {say(reasonWords[reason])}
          </button>
        ))}
      </div>
      <button type="button" class="button" onClick={onClose}>
        {say(texts.keep)}
      </button>
    </Dialog>
  );
}
