import { nudgeFor } from '../../functions/domain/nudge.ts';
import type { Push } from '../../functions/domain/push.ts';
import type { Backplane } from './backplane.ts';
import { instanceOf } from './connection-id.ts';

/**
 * Pushes to whatever instance holds the connection. A frame that is too large for the backplane becomes a nudge if it is
 * one that a screen can ask for. `backplane` is called with every push; one that cannot be had makes it `unknown`.
 */
export function backplanePush(backplane: () => Backplane | Promise<Backplane>): Push {
  async function publish(connectionId: string, text?: string) {
    const instance = instanceOf(connectionId);
    if (instance === undefined) return 'unknown';
    try {
      const by = await backplane();
      const data = text === undefined || instance === by.name ? text : fitting(text, by.frameBytes);
      return await by.publish(instance, { connectionId, ...(data === undefined ? {} : { data }) });
    } catch {
      return 'unknown';
    }
  }
  return { send: publish, close: connectionId => publish(connectionId) };
}

/** A character has three bytes at most, so a short text need not be measured. */
function fitting(text: string, maxBytes: number): string {
  if (text.length * 3 <= maxBytes || Buffer.byteLength(text) <= maxBytes) return text;
  return nudgeFor(text) ?? text;
}
