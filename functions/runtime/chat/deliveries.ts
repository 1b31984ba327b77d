import { setTimeout as sleep } from 'node:timers/promises';
import type { Deliveries } from '../../domain/chat/fan-out.ts';

/** How time passes. */
export interface Time {
  now(): number;
  wait(ms: number): Promise<unknown>;
}

const time: Time = { now: () => performance.now(), wait: ms => sleep(ms) };

/**
 * Makes what a process may deliver in its room: so many a second, and those of a second at once. Whatever comes beyond
 * waits its turn, in the order in which it came; nothing is lost. What waits holds up its call, and so the gateway's next.
 */
export function createDeliveries(perSecond: number, { now, wait }: Time = time): Deliveries {
  /** When all that was asked for so far is paid for. */
  let paidAt = now() - 1_000;
  return async count => {
    const turn = Math.max(paidAt, now() - 1_000);
    paidAt = turn + (count * 1_000) / perSecond;
    const ms = turn - now();
    if (ms > 0) await wait(ms);
  };
}
