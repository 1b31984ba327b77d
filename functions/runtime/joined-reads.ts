import type { Line, Ticket } from './line.ts';

/**
 * Brings reads that ask for the same together; `asker` is who asks.
 * @throws Refusal `unavailable` for one that has waited in line too long
 */
export type Join = <Value>(key: string, asker: string, read: () => Promise<Value>) => Promise<Value>;

/**
 * Reads that anybody may ask for, as often as they like. Of those with the same key one runs at a time, and whoever comes
 * meanwhile shares the next: so each gets what was so when it asked, or later. It is read when it is the turn of any of
 * those who share it.
 */
export function joinReads(line: Line): Join {
  const next = new Map<string, { ticket: Ticket; result: Promise<unknown> }>();
  const running = new Map<string, Promise<unknown>>();

  return <Value>(key: string, asker: string, read: () => Promise<Value>) => {
    const shared = next.get(key);
    if (shared !== undefined) {
      shared.ticket.alsoFor(asker);
      return shared.result as Promise<Value>;
    }
    const ticket = line.ticket(asker);
    const before = running.get(key) ?? Promise.resolve();
    const own: Promise<Value> = before
      .then(ignore, ignore)
      .then(() =>
        ticket.run(() => {
          next.delete(key);
          running.set(key, own);
          return read();
        }),
      )
      .finally(() => {
        if (next.get(key)?.result === own) next.delete(key);
        if (running.get(key) === own) running.delete(key);
      });
    next.set(key, { ticket, result: own });
    return own;
  };
}

function ignore() {}
