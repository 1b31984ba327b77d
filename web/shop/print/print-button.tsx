import type { Order } from '../../../functions/domain/frames.ts';
import { say } from '../../shared/language.ts';
import { texts } from '../texts.ts';
import { printTicket } from './print.ts';

/** Prints the order's ticket, as often as somebody wants it. */
export function PrintButton({ order }: { order: Order }) {
  return (
    <button
      type="button"
      class="button print-button"
      aria-label={say(texts.print, { n: order.number })}
      title={say(texts.print, { n: order.number })}
      data-testid="print"
      onClick={() => printTicket(order)}
    >
      <span aria-hidden="true">🖨</span>
    </button>
  );
}
