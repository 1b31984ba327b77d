import type { CommandFrame, Operation, ResultFrame } from '../../functions/domain/frames.ts';
import type { Due } from './moment.ts';

/** A command that has no result yet. It is repeated with the same id, over reconnects, until it has one. */
export interface PendingCommand {
  readonly id: string;
  readonly operation: Operation;
  /** When to send it (again), while live. */
  readonly sendAt: number;
  readonly tries: number;
}

/** The commands without a result, in the order in which they were given. */
export type Outbox = readonly PendingCommand[];

/** Adds a command; an id that is already waiting is not added twice. */
export function post(outbox: Outbox, id: string, operation: Operation, now: number): Outbox {
  if (outbox.some(pending => pending.id === id)) return outbox;
  return [...outbox, { id, operation, sendAt: now, tries: 0 }];
}

/** After a new welcome: whatever went out before may have been lost, and repeating is safe. */
export function repost(outbox: Outbox, now: number): Outbox {
  return outbox.map(pending => ({ ...pending, sendAt: now }));
}

/** Results are pushes and may be lost, so a command that was sent is repeated after 5, 10, 20, 30, 30 … seconds. */
export function sent(outbox: Outbox, id: string, now: number): Outbox {
  return outbox.map(pending =>
    pending.id === id
      ? {
          ...pending,
          tries: pending.tries + 1,
          sendAt: now + Math.min(30_000, 5_000 * 2 ** Math.min(pending.tries, 5)),
        }
      : pending,
  );
}

/**
 * Takes a result in, and gives the command that has its final answer with it. `unavailable` and `rate_limited` are not
 * kept by the server, so the command is sent again later; but a reminder that comes too soon is over: nobody wants it
 * to go out by itself in a minute.
 */
export function answer(
  outbox: Outbox,
  result: ResultFrame,
  now: number,
  waitMs: number,
): { outbox: Outbox; settled: PendingCommand | undefined } {
  const pending = outbox.find(({ id }) => id === result.id);
  if (pending === undefined) return { outbox, settled: undefined };
  const code = result.ok ? undefined : result.error.code;
  const tooSoon = code === 'rate_limited' && pending.operation.op !== 'remind';
  if (code === 'unavailable' || tooSoon)
    return { outbox: postpone(outbox, now + waitMs, ({ id }) => id === result.id), settled: undefined };
  return { outbox: outbox.filter(({ id }) => id !== result.id), settled: pending };
}

/** Nothing that was sent is repeated before `sendAt` (the server said that it is unavailable). */
export function postpone(outbox: Outbox, sendAt: number, which: (pending: PendingCommand) => boolean): Outbox {
  return outbox.map(pending => (which(pending) ? { ...pending, sendAt: Math.max(pending.sendAt, sendAt) } : pending));
}

/** One entry per command. */
export function outboxAgenda(outbox: Outbox, send: (pending: PendingCommand) => void): Due[] {
  return outbox.map(pending => ({ at: pending.sendAt, act: () => send(pending) }));
}

/** The command as it goes over the wire; `after`, where given, counts as an ack. */
export function commandFrame(pending: PendingCommand, after?: number): CommandFrame {
  const head = { type: 'command', id: pending.id } as const;
  return after === undefined ? { ...head, ...pending.operation } : { ...head, after, ...pending.operation };
}
