import type { Push } from '../../../apigateway/push.ts';
import { errorFrame, Refusal } from '../refusal.ts';

/** Tells the sender that its frame came to nothing, and not why. */
export async function tellUnavailable({ push }: { push: Pick<Push, 'send'> }, connectionId: string): Promise<void> {
  const refusal = new Refusal('unavailable', 'the message was not delivered, try again', { retryAfterSeconds: 2 });
  await push.send(connectionId, errorFrame(refusal));
}
