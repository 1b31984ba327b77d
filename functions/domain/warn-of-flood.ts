import type { Push } from '../../apigateway/push.ts';
import type { Subscriptions } from './ports.ts';
import { manyOrdersFrame } from './server-frame.ts';

/** What it takes to warn a shop. */
export interface WarnDependencies {
  push: Push;
  subscriptions: Pick<Subscriptions, 'screensOf'>;
  /** Milliseconds on a clock that never goes back. */
  now(): number;
}

/** A process warns a shop so often at most: a flood must not become one of frames. */
const EVERY_MS = 60_000;
/** More shops than this are not remembered: those warned longest ago are forgotten first. */
const MAX_SHOPS = 1000;

/** Makes the `warnOfFlood` of a process. A warning is a hint: one that cannot be given is given with the next order. */
export function createFloodWarning({ push, subscriptions, now }: WarnDependencies): (shop: string) => Promise<void> {
  const warnedAt = new Map<string, number>();

  function isDue(shop: string): boolean {
    const last = warnedAt.get(shop);
    if (last !== undefined && now() - last < EVERY_MS) return false;
    warnedAt.delete(shop);
    const [oldest] = warnedAt.keys();
    if (warnedAt.size >= MAX_SHOPS && oldest !== undefined) warnedAt.delete(oldest);
    warnedAt.set(shop, now());
    return true;
  }

  return async shop => {
    if (!isDue(shop)) return;
    try {
      const frame = manyOrdersFrame();
      await Promise.all((await subscriptions.screensOf(shop)).map(id => push.send(id, frame)));
    } catch {
      warnedAt.delete(shop);
    }
  };
}
