import type { Order, Question } from '../../../functions/domain/frames.ts';
import { toast } from '../../shared/toast.tsx';
import { describeRefusal } from '../refusal.ts';
import { ask } from '../screen.ts';

/**
 * All orders of a day (`2025-01-31`, today unless given), page after page; `undefined`, having said so, when refused.
 */
export async function readOrders(day?: string): Promise<Order[] | undefined> {
  const orders: Order[] = [];
  let afterNumber: number | undefined = 0;
  while (afterNumber !== undefined) {
    const question: Question = { op: 'list_orders', afterNumber, ...(day === undefined ? {} : { day }) };
    const result = await ask(question);
    if (!result.ok) {
      toast(describeRefusal(question, result.error));
      return undefined;
    }
    orders.push(...(result.orders ?? []));
    afterNumber = result.next;
  }
  return orders;
}
