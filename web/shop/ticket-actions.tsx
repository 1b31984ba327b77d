import type { Order } from '../../functions/domain/frames.ts';
import { say } from '../shared/language.ts';
import { Accept } from './accept.tsx';
import { PrintButton } from './print-button.tsx';
import { asking } from './reason-dialog.tsx';
import { command } from './screen.ts';
import { texts } from './texts.ts';

/** What can be done with an order: the next step large, the rest beside it. */
export function TicketActions({
  order,
  isBusy,
  usualMinutes,
}: {
  order: Order;
  isBusy: boolean;
  usualMinutes: number;
}) {
  const { id, version } = order;
  const target = { order: id, version };
  const ask = () => {
    asking.value = order;
  };
  return (
    <div class="ticket-actions">
      {order.status === 'placed' && (
        <Accept
          usualMinutes={usualMinutes}
          isBusy={isBusy}
          onAccept={prepMinutes => command({ op: 'accept', ...target, prepMinutes })}
        />
      )}
      {order.status === 'accepted' && (
        <StepButton
          label={say(texts.ready)}
          testid="ready"
          isBusy={isBusy}
          isMain
          onClick={() => command({ op: 'ready', ...target })}
        />
      )}
      {(order.status === 'accepted' || order.status === 'ready') && (
        <StepButton
          label={say(texts.complete)}
          testid="complete"
          isBusy={isBusy}
          isMain={order.status === 'ready'}
          onClick={() => command({ op: 'complete', ...target })}
        />
      )}
      <button
        type="button"
        class="button bad-outline"
        aria-disabled={isBusy}
        data-testid={order.status === 'placed' ? 'reject' : 'cancel'}
        onClick={() => isBusy || ask()}
      >
        {say(order.status === 'placed' ? texts.reject : texts.cancel)}
      </button>
      <PrintButton order={order} />
    </div>
  );
}

// `aria-disabled`: a button that is disabled loses the focus, and who works with the keyboard their place.
function StepButton({
  label,
  testid,
  isBusy,
  isMain,
  onClick,
}: {
  label: string;
  testid: string;
  isBusy: boolean;
  isMain: boolean;
  onClick: () => void;
}) {
  return (
    <button
      type="button"
      class={isMain ? 'button good' : 'button'}
      aria-disabled={isBusy}
      aria-busy={isBusy && isMain}
      data-testid={testid}
      onClick={() => isBusy || onClick()}
    >
      {label}
    </button>
  );
}
