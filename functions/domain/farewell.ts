import type { Push } from '../../apigateway/push.ts';
import { errorFrame, Refusal } from './refusal.ts';

/**
 * Tells each connection why it has to go, and then closes it. What comes of either push is not looked at: cleanup hears
 * of the closing, and of one that never arrives the lease ends.
 */
export async function sayFarewell(push: Push, ids: readonly string[], refusal: Refusal): Promise<void> {
  const frame = errorFrame(refusal);
  await Promise.all(
    ids.map(async id => {
      await push.send(id, frame);
      await push.close(id);
    }),
  );
}

/** What a screen is told whose key is no longer one of the shop's. */
export function revoked(): Refusal {
  return new Refusal('unauthorized', 'this key of the shop has been revoked');
}
