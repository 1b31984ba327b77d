import type { Operation, Order, OrderStatus } from '../../functions/domain/frames.ts';
import { say } from '../shared/language.ts';
import { statusWords } from '../shared/order-words.ts';
import { texts } from './texts.ts';

/** The statuses in which the aim of each step has been reached. */
const wanted: Readonly<Partial<Record<Operation['op'], readonly OrderStatus[]>>> = {
  accept: ['accepted', 'ready', 'completed'],
  ready: ['ready', 'completed'],
  complete: ['completed'],
  reject: ['rejected'],
  cancel: ['cancelled'],
};

/** Describes that somebody else changed an order first; less alarming when the aim of the step was reached. */
export function describeConflict(op: Operation['op'], { number, status }: Order): string {
  const text = !wanted[op]?.includes(status)
    ? texts.changedMeanwhile
    : op === 'accept'
      ? texts.acceptedElsewhere
      : texts.doneElsewhere;
  return say(text, { n: number, status: say(statusWords[status]) });
}
