import type { Push } from '../push.ts';
import type { Backplane } from './backplane.ts';
import { instanceOf } from './connection-id.ts';

/**
 * Pushes to whatever instance holds the connection. `backplane` is called with every push; one that cannot be had makes
 * it `unknown`. `shorten` gives what stands in for a frame that is too large for the backplane; without it, or when it
 * gives nothing, such a frame is tried as it is.
 */
export function backplanePush(
  backplane: () => Backplane | Promise<Backplane>,
  shorten: (frame: string) => string | undefined = () => undefined,
): Push {
  async function publish(connectionId: string, text?: string) {
    const instance = instanceOf(connectionId);
    if (instance === undefined) return 'unknown';
    try {
      const by = await backplane();
      if (text === undefined) return await by.publish(instance, { connectionId });
      const isWhole = instance === by.name || fits(text, by.frameBytes);
      return await by.publish(instance, { connectionId, data: isWhole ? text : (shorten(text) ?? text) });
    } catch {
      return 'unknown';
    }
  }
  return { send: publish, close: connectionId => publish(connectionId) };
}

/** A character has three bytes at most, so a short text need not be measured. */
function fits(text: string, maxBytes: number): boolean {
  return text.length * 3 <= maxBytes || Buffer.byteLength(text) <= maxBytes;
}
