import type { SecurityEvents } from '../security-events.ts';

/** Somebody for whom, or from whom, something waits in memory. */
export interface Holder {
  bytes: number;
  /** Ends its connection, and with it what waits. */
  cut(): void;
}

/** Bounds what waits in memory for all clients together. */
export interface WaitingBudget {
  /** So many bytes more wait now, or more than that. */
  add(bytes: number): void;
}

/** Whenever it is counted, so much of the budget is left free: else somebody could have it counted for every frame. */
const FREED_SHARE = 0.25;

/**
 * Makes the budget of a process. What went out is not told to it: when `most` bytes have come in, it counts what is still
 * there, and where that is more than three quarters of `most`, it cuts those for whom most waits. Who reads what it is
 * sent is never among them.
 */
export function createWaitingBudget(
  most: number,
  holders: () => Iterable<Holder>,
  securityEvents: SecurityEvents,
): WaitingBudget {
  let atMost = 0;
  return {
    add(bytes) {
      atMost += bytes;
      if (atMost <= most) return;
      const all = [...holders()];
      atMost = all.reduce((sum, holder) => sum + holder.bytes, 0);
      all.sort((one, other) => other.bytes - one.bytes);
      for (const holder of all) {
        if (atMost <= most * (1 - FREED_SHARE)) return;
        holder.cut();
        atMost -= holder.bytes;
        securityEvents.tell('memory_full');
      }
    },
  };
}
