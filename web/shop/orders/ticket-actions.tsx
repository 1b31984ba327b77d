import { useLayoutEffect, useMemo, useRef } from 'preact/hooks';
import type { Order } from '../../../functions/domain/frames.ts';
import { say } from '../../shared/language.ts';
import { may } from '../may.ts';
import { PrintButton } from '../print/print-button.tsx';
import { command } from '../screen.ts';
import { texts } from '../texts.ts';
import { Accept } from './accept.tsx';
import { isForLater } from './later.ts';
import { orderInQuestion } from './reason-dialog.tsx';
import { StepButton } from './step-button.tsx';
import { pendingStepOf, takeStep } from './steps.ts';
import { TakeBack } from './take-back.tsx';

/** The buttons of an order. After a step, a button in the same place takes it back for ten seconds. */
export function TicketActions({ order, isBusy, usualMinutes }: ActionsProps) {
  const pending = useMemo(() => pendingStepOf(order.id), [order.id]).value;
  const box = useRef<HTMLDivElement>(null);
  const isHeld = pending !== undefined;
  const height = useSwap(box, isHeld);
  return (
    <div class="ticket-actions" ref={box} style={isHeld ? { minBlockSize: `${height}px` } : {}}>
      {pending === undefined ? (
        <Actions order={order} isBusy={isBusy} usualMinutes={usualMinutes} />
      ) : (
        <TakeBack order={order} pending={pending} />
      )}
      <PrintButton order={order} />
    </div>
  );
}

interface ActionsProps {
  order: Order;
  isBusy: boolean;
  usualMinutes: number;
}

/** The next step as a large button, the others beside it. */
function Actions({ order, isBusy, usualMinutes }: ActionsProps) {
  const target = { order: order.id, version: order.version };
  const ask = () => {
    orderInQuestion.value = order;
  };
  return (
    <>
      {order.status === 'placed' &&
        may('accept') &&
        (isForLater(order) ? (
          // Promised for its time, however long it takes.
          <StepButton
            label={say(texts.accept)}
            testid="accept"
            isBusy={isBusy}
            isMain
            onClick={() => command({ op: 'accept', ...target })}
          />
        ) : (
          <Accept
            usualMinutes={usualMinutes}
            isBusy={isBusy}
            onAccept={prepMinutes => command({ op: 'accept', ...target, prepMinutes })}
          />
        ))}
      {order.status === 'accepted' && (
        <StepButton
          label={say(texts.ready)}
          testid="ready"
          isBusy={isBusy}
          isMain
          onClick={() => takeStep({ op: 'ready', ...target })}
        />
      )}
      {(order.status === 'accepted' || order.status === 'ready') && may('complete') && (
        <StepButton
          label={say(texts.complete)}
          testid="complete"
          isBusy={isBusy}
          isMain={order.status === 'ready'}
          onClick={() => takeStep({ op: 'complete', ...target })}
        />
      )}
      {may(order.status === 'placed' ? 'reject' : 'cancel') && (
        <button
          type="button"
          class="button bad-outline"
          aria-disabled={isBusy}
          data-testid={order.status === 'placed' ? 'reject' : 'cancel'}
          onClick={() => isBusy || ask()}
        >
          {say(order.status === 'placed' ? texts.reject : texts.cancel)}
        </button>
      )}
    </>
  );
}

/**
 * Handles the exchange of the buttons: returns the height of the former ones, which the place keeps so that no ticket
 * below moves, and moves the focus from the pressed button to the first new one.
 */
function useSwap(box: { current: HTMLElement | null }, isHeld: boolean): number {
  const before = useRef({ isHeld, height: 0, hadFocus: false });
  if (before.current.isHeld !== isHeld) {
    const height = box.current?.offsetHeight ?? 0;
    before.current = { isHeld, height, hadFocus: box.current?.contains(document.activeElement) ?? false };
  }
  useLayoutEffect(() => {
    // A step may have been chosen in a dialog, which had the focus then.
    if (!isHeld && !before.current.hadFocus) return;
    if (document.activeElement === document.body) box.current?.querySelector('button')?.focus({ preventScroll: true });
  }, [isHeld]);
  return before.current.height;
}
