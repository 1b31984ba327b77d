import {
  type CommandFrame,
  MAX_FRAME_TO_SERVER_BYTES,
  type Operation,
  type ResultFrame,
} from '../../functions/domain/frames.ts';
import type { Due } from './reducer.ts';

/** A command that has no result yet. It is repeated with the same id, over reconnects, until it has one. */
export interface PendingCommand {
  readonly id: string;
  readonly operation: Operation;
  /** When to send it (again), while live. */
  readonly sendAt: number;
  readonly tries: number;
  /** It was sent on this connection and has no answer. */
  readonly isOut: boolean;
  /** How many connections the server has ended over a frame that it could not take, while this was out. */
  readonly offences: number;
}

/** The commands without a result, in the order in which they were given. */
export type Outbox = readonly PendingCommand[];

/** A command that will never be sent, or never again, and its result, which no server has given. */
export interface Dropped {
  readonly operation: Operation;
  readonly result: ResultFrame;
}

/** The command that was out alone when the server took offence twice is the one that it cannot take. */
const OFFENCES_TO_DROP = 2;

/**
 * Adds a command; an id that is already waiting is not added twice. One that no frame holds is `dropped`, before it can
 * cost the connection.
 */
export function post(
  outbox: Outbox,
  id: string,
  operation: Operation,
  now: number,
): { outbox: Outbox; dropped: Dropped | undefined } {
  if (outbox.some(pending => pending.id === id)) return { outbox, dropped: undefined };
  const pending = { id, operation, sendAt: now, tries: 0, isOut: false, offences: 0 };
  if (bytesOf(commandFrame(pending, Number.MAX_SAFE_INTEGER)) > MAX_FRAME_TO_SERVER_BYTES)
    return { outbox, dropped: drop(pending, 'too_large') };
  return { outbox: [...outbox, pending], dropped: undefined };
}

/** Keeps what `post` or `blame` has left; a command that was dropped has its result with that. */
export function keepOutbox(
  turn: { draft: { outbox: Outbox }; effects: { push(effect: { type: 'result' } & Dropped): unknown } },
  { outbox, dropped }: { outbox: Outbox; dropped: Dropped | undefined },
): void {
  turn.draft.outbox = outbox;
  if (dropped !== undefined) turn.effects.push({ type: 'result', ...dropped });
}

/** After a new welcome: whatever went out before may have been lost, and repeating is safe. */
export function repost(outbox: Outbox, now: number): Outbox {
  return outbox.map(pending => ({ ...pending, sendAt: now }));
}

/** The connection is over: nothing is out any more. */
export function takeBack(outbox: Outbox): Outbox {
  return outbox.map(pending => ({ ...pending, isOut: false }));
}

/**
 * The server has ended the connection over a frame that it could not take (`protocol_error`). It does not say which: of
 * the commands that are out, each may have been it. From now on they go one by one, so that the next time it is plain;
 * then that one is `dropped`, and the others go on.
 */
export function blame(outbox: Outbox): { outbox: Outbox; dropped: Dropped | undefined } {
  const blamed = outbox.map(pending => (pending.isOut ? { ...pending, offences: pending.offences + 1 } : pending));
  const [suspect, ...others] = blamed.filter(({ isOut }) => isOut);
  if (suspect === undefined || others.length > 0 || suspect.offences < OFFENCES_TO_DROP)
    return { outbox: blamed, dropped: undefined };
  return { outbox: blamed.filter(pending => pending !== suspect), dropped: drop(suspect, 'protocol_error') };
}

function drop({ id, operation }: PendingCommand, code: 'too_large' | 'protocol_error'): Dropped {
  const message = code === 'too_large' ? 'no frame holds this command' : 'the server does not take this command';
  return { operation, result: { type: 'result', id, ok: false, error: { code, message } } };
}

function bytesOf(frame: CommandFrame): number {
  return new TextEncoder().encode(JSON.stringify(frame)).length;
}

/** Results are pushes and may be lost, so a command that was sent is repeated after 5, 10, 20, 30, 30 … seconds. */
export function sent(outbox: Outbox, id: string, now: number): Outbox {
  return outbox.map(pending =>
    pending.id === id
      ? {
          ...pending,
          isOut: true,
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
  if (code === 'unavailable' || tooSoon) return { outbox: again(outbox, result.id, now + waitMs), settled: undefined };
  return { outbox: outbox.filter(({ id }) => id !== result.id), settled: pending };
}

/** The server has taken the command in, and wants it once more. */
function again(outbox: Outbox, id: string, sendAt: number): Outbox {
  return postpone(outbox, sendAt, pending => pending.id === id).map(pending =>
    pending.id === id ? { ...pending, isOut: false, offences: 0 } : pending,
  );
}

/** Nothing that was sent is repeated before `sendAt` (the server said that it is unavailable). */
export function postpone(outbox: Outbox, sendAt: number, which: (pending: PendingCommand) => boolean): Outbox {
  return outbox.map(pending => (which(pending) ? { ...pending, sendAt: Math.max(pending.sendAt, sendAt) } : pending));
}

/** One entry per command; while the server may take offence at one of them, only the oldest that is suspected. */
export function outboxAgenda(outbox: Outbox, send: (pending: PendingCommand) => void): Due[] {
  const suspect = outbox.find(({ offences }) => offences > 0);
  const going = suspect === undefined ? outbox : [suspect];
  return going.map(pending => ({ at: pending.sendAt, act: () => send(pending) }));
}

/** The command as it goes over the wire; `after`, where given, counts as an ack. */
export function commandFrame(pending: PendingCommand, after?: number): CommandFrame {
  const head = { type: 'command', id: pending.id } as const;
  return after === undefined ? { ...head, ...pending.operation } : { ...head, after, ...pending.operation };
}
