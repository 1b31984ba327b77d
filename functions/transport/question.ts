import { MAX_ORDERS_PER_PAGE, type QuestionFrame } from '../domain/frames.ts';
import type { TouchedScreen } from '../domain/ports.ts';
import { Refusal } from '../domain/refusal.ts';
import { ordersResult, reportResult } from '../domain/server-frame.ts';
import type { TransportDependencies } from './dependencies.ts';

/** Answers what a shop asks about its days. Nothing is kept of it, so a repetition is answered anew. */
export async function answerQuestion(
  { reports, push }: TransportDependencies,
  id: string,
  touched: TouchedScreen | { state: 'customer' },
  question: QuestionFrame,
): Promise<void> {
  if (touched.state !== 'shop') throw new Refusal('forbidden', 'this is for the shop to see');
  const { shop } = touched;
  const { day } = question;
  if (question.op === 'report') {
    await push.send(id, reportResult(question.id, await reports.day(shop, day)));
    return;
  }
  // One more than a page holds tells whether there are more.
  const found = await reports.orders(shop, day, question.afterNumber ?? 0, MAX_ORDERS_PER_PAGE + 1);
  await push.send(id, ordersResult(question.id, found));
}
