import type { Order } from '../../../functions/domain/frames.ts';
import { say } from '../../shared/language.ts';
import { dayAndTime } from '../../shared/time.ts';
import { texts } from '../texts.ts';

/** For when an order is wanted, and how it is handed over, where that is not as soon as possible to an address. */
export function HandingOver({ order }: { order: Order }) {
  const words = handingOverInWords(order);
  if (words.length === 0) return null;
  return (
    <p class="handing-over" data-testid="handing-over">
      {words.map(word => (
        <strong key={word} class="typed">
          {word}
        </strong>
      ))}
    </p>
  );
}

/** The same as texts, for the printed ticket. */
export function handingOverInWords({ fulfilment, wantedAt }: Order): string[] {
  return [
    wantedAt ? say(texts.wantedAt, { time: dayAndTime(wantedAt) }) : '',
    fulfilment?.type === 'pickup' ? say(texts.pickup) : '',
    fulfilment?.type === 'delivery' ? (fulfilment.areaName ?? '') : '',
  ].filter(Boolean);
}
