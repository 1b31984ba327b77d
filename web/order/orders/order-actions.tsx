import { useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import type { Order } from '../../../functions/domain/frames.ts';
import { isTerminal } from '../../connection/order-book.ts';
import { Dialog } from '../../shared/dialog.tsx';
import { say } from '../../shared/language.ts';
import { Message } from '../../shared/message.tsx';
import { texts } from '../texts.ts';
import { command, following } from './following.ts';

/** The customer's buttons: remind, cancel. A button that no longer applies leaves its place empty. */
export function OrderActions({ order }: { order: Order }) {
  const wasOpen = useRef(!isTerminal(order));
  const asking = useSignal(false);
  const pending = following.value.outbox.filter(
    ({ operation }) => 'order' in operation && operation.order === order.id,
  );
  const isCancelling = pending.some(({ operation }) => operation.op === 'cancel');
  const isReminding = pending.some(({ operation }) => operation.op === 'remind');
  const canCancel = order.status === 'placed';
  if (!wasOpen.current) return null;
  return (
    <>
      <div class="actions">
        <div class="place-kept">
          {!isTerminal(order) && (
            <button
              type="button"
              class="button wide"
              aria-busy={isReminding}
              aria-disabled={isReminding}
              data-testid="remind"
              onClick={() => isReminding || command({ op: 'remind', order: order.id })}
            >
              {say(texts.remind)}
            </button>
          )}
        </div>
        <div class="place-kept">
          {canCancel && (
            <button
              type="button"
              class="button wide bad-outline"
              aria-busy={isCancelling}
              aria-disabled={isCancelling}
              data-testid="cancel"
              onClick={() => {
                asking.value = !isCancelling;
              }}
            >
              {say(isCancelling ? texts.cancelling : texts.cancel)}
            </button>
          )}
        </div>
        {asking.value && (
          <CancelDialog
            canCancel={canCancel}
            onClose={() => (asking.value = false)}
            onCancel={() => command({ op: 'cancel', order: order.id, version: order.version })}
          />
        )}
      </div>
      <Message about={order.id} />
    </>
  );
}

/** It stays open even when it is too late to cancel: if it closed by itself, a tap could hit what is below. */
function CancelDialog({
  canCancel,
  onClose,
  onCancel,
}: {
  canCancel: boolean;
  onClose: () => void;
  onCancel: () => void;
}) {
  return (
    <Dialog title={say(canCancel ? texts.cancelSure : texts.tooLateToCancel)} testid="cancel-dialog" onClose={onClose}>
      <button
        type="button"
        class="button bad"
        data-testid="cancel-yes"
        disabled={!canCancel}
        onClick={() => {
          onClose();
          onCancel();
        }}
      >
        {say(texts.cancelYes)}
      </button>
      <button type="button" class="button" data-testid="cancel-no" onClick={onClose}>
        {say(canCancel ? texts.cancelNo : texts.allRight)}
      </button>
    </Dialog>
  );
}
