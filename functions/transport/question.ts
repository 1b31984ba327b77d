import { type CommandFrame, MAX_ORDERS_PER_PAGE, type QuestionFrame } from '../domain/frames.ts';
import type { TouchedScreen } from '../domain/ports.ts';
import { keysResult, ordersResult, reportResult } from '../domain/server-frame.ts';
import type { TransportDependencies } from './dependencies.ts';

/** Whether a command changes nothing, so that nothing need be kept of it. */
export function isQuestion(frame: CommandFrame): frame is QuestionFrame {
  return frame.op === 'report' || frame.op === 'list_orders' || frame.op === 'list_keys';
}

/** Answers what a shop asks about its days and its keys. Nothing is kept of it, so a repetition is answered anew. */
export async function answerQuestion(
  { reports, shops, push }: TransportDependencies,
  id: string,
  { shop }: TouchedScreen,
  question: QuestionFrame,
): Promise<void> {
  if (question.op === 'list_keys') {
    await push.send(id, keysResult(question.id, await shops.keys(shop)));
    return;
  }
  const { day } = question;
  if (question.op === 'report') {
    await push.send(id, reportResult(question.id, await reports.day(shop, day)));
    return;
  }
  // One more than a page holds tells whether there are more.
  const found = await reports.orders(shop, day, question.afterNumber ?? 0, MAX_ORDERS_PER_PAGE + 1);
  await push.send(id, ordersResult(question.id, found));
}
