import { Refusal } from '../domain/refusal.ts';

/** As long as a connection to the database is waited for, milliseconds. */
const WAIT_MS = 3_000;

export interface LineLimits {
  /** Work of all together that is under way at a time. */
  atOnce: number;
  /** Of one asker; as much as of all together unless set. */
  ofOne?: number;
  waitMs?: number;
}

/** Where work on the database waits until it is the turn of whoever asked for it. */
export interface Line {
  ticket(asker: string): Ticket;
}

/** Work that is to be done once. */
export interface Ticket {
  /** Somebody else asks for the same: whose turn comes first has it done for both. */
  alsoFor(asker: string): void;
  /** Does the work in its turn. @throws Refusal `unavailable` when it has waited in line for too long */
  run<Value>(work: () => Promise<Value>): Promise<Value>;
}

interface Waiting {
  askers: Set<string>;
  isInLine: boolean;
  begin(asker: string): void;
}

/**
 * Makes a line in which askers take turns, and what one asks for goes in the order in which it came: so whoever asks for
 * much waits behind himself. Where the database answers slowly the line does not grow: what has waited for `waitMs` is
 * refused. Nothing is kept of an asker without work.
 */
export function createLine({ atOnce, ofOne = atOnce, waitMs = WAIT_MS }: LineLimits): Line {
  /** Whose turn is next is first. */
  const line = new Map<string, Set<Waiting>>();
  const running = new Map<string, number>();
  let free = atOnce;

  function enter(waiting: Waiting, asker: string): void {
    line.set(asker, (line.get(asker) ?? new Set()).add(waiting));
  }

  function leave(waiting: Waiting): void {
    for (const asker of waiting.askers) {
      const own = line.get(asker);
      own?.delete(waiting);
      if (own?.size === 0) line.delete(asker);
    }
  }

  function goOn(): void {
    for (const [asker, own] of line) {
      if (free <= 0) return;
      const [first] = own;
      if (first === undefined || (running.get(asker) ?? 0) >= ofOne) continue;
      // To the end of the line with this asker, if there is more.
      leave(first);
      if (line.delete(asker)) line.set(asker, own);
      free -= 1;
      running.set(asker, (running.get(asker) ?? 0) + 1);
      first.begin(asker);
    }
  }

  function end(asker: string): void {
    free += 1;
    const left = (running.get(asker) ?? 1) - 1;
    if (left > 0) running.set(asker, left);
    else running.delete(asker);
    goOn();
  }

  /** Waits until it is the turn of one of the askers, and says whose. */
  function turn(waiting: Waiting): Promise<string> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        waiting.isInLine = false;
        leave(waiting);
        reject(new Refusal('unavailable', 'the order system is busy, try again', { retryAfterSeconds: 2 }));
      }, waitMs);
      waiting.begin = asker => {
        waiting.isInLine = false;
        clearTimeout(timer);
        resolve(asker);
      };
      waiting.isInLine = true;
      for (const asker of waiting.askers) enter(waiting, asker);
      goOn();
    });
  }

  return {
    ticket(first) {
      const waiting: Waiting = { askers: new Set([first]), isInLine: false, begin: ignore };
      return {
        alsoFor(asker) {
          if (waiting.askers.has(asker)) return;
          waiting.askers.add(asker);
          if (!waiting.isInLine) return;
          enter(waiting, asker);
          goOn();
        },
        async run(work) {
          const asker = await turn(waiting);
          try {
            return await work();
          } finally {
            end(asker);
          }
        },
      };
    },
  };
}

function ignore() {}
