import { type Log, messageOf } from '../../log.ts';

/** Tells functions that a connection has ended, again and again if need be: who is never told keeps its id for ever. */
export interface Farewells {
  /** Resolves when the function has been told, or when that is given up. */
  tell(connectionId: string, call: () => Promise<void>): Promise<void>;
  /** What waits is tried at once, and then no more: the gateway ends. */
  hurry(): void;
}

/** Between two tries, milliseconds: twice as long each time, up to the second of these. */
const WAITS_MS = { first: 500, longest: 60_000 };
/** So many wait at once; what fails beyond them is not tried again. */
const MAX_WAITING = 10_000;

/** Makes them. A call that fails is repeated for `forMs`; 0 is not at all. */
export function createFarewells({ forMs, log }: { forMs: number; log: Log }): Farewells {
  const waiting = new Set<() => void>();
  let isHurried = false;

  function pause(ms: number): Promise<void> {
    return new Promise(resolve => {
      const timer = setTimeout(end, ms);
      function end() {
        clearTimeout(timer);
        waiting.delete(end);
        resolve();
      }
      waiting.add(end);
    });
  }

  return {
    async tell(connectionId, call) {
      const until = performance.now() + forMs;
      for (let waitMs = WAITS_MS.first; ; waitMs = Math.min(waitMs * 2, WAITS_MS.longest)) {
        try {
          return await call();
        } catch (error) {
          const message = messageOf(error);
          if (isHurried || performance.now() + waitMs > until || waiting.size >= MAX_WAITING)
            return log('error', 'cleanup failed', { connectionId, message });
          if (waitMs === WAITS_MS.first) log('warn', 'cleanup is tried again', { connectionId, message });
        }
        // Those that failed together do not come together again.
        await pause(waitMs * (0.5 + Math.random() / 2));
      }
    },
    hurry() {
      isHurried = true;
      for (const end of [...waiting]) end();
    },
  };
}
