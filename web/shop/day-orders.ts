import type { Order, Question } from '../../functions/domain/frames.ts';
import { say } from '../shared/language.ts';
import { toast } from '../shared/toast.tsx';
import { ask } from './screen.ts';
import { texts } from './texts.ts';

/** All orders of a day (`2025-01-31`, today unless given), page after page; `undefined`, having said so, when refused. */
export async function readOrders(day?: string): Promise<Order[] | undefined> {
  const orders: Order[] = [];
  let afterNumber: number | undefined = 0;
  while (afterNumber !== undefined) {
    const question: Question = { op: 'list_orders', afterNumber, ...(day === undefined ? {} : { day }) };
    const result = await ask(question);
    if (!result.ok) {
      toast(say(texts.notDone, { code: result.error.code }));
      return undefined;
    }
    orders.push(...(result.orders ?? []));
    afterNumber = result.next;
  }
  return orders;
}
