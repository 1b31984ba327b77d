import type { ClientFrame, Cursor, ErrorFrame, ServerFrame } from '../../functions/domain/frames.ts';
import type { SocketEffect, SocketInput } from './connect.ts';
import {
  ANSWER_MS,
  connectLink,
  greetLink,
  hurryLink,
  type Link,
  linkAfterError,
  linkAgenda,
  loseLink,
  newLink,
  type StopReason,
  stopLink,
  waitAfterClose,
  welcomeLink,
} from './link.ts';
import type { Due, Turn } from './moment.ts';

/** What every stream holds of its connection: the link, the hello that may be said again, the pings. Times are milliseconds. */
export interface Session {
  readonly link: Link;
  readonly repeatHelloAt: number | undefined;
  readonly pingMs: number;
  readonly pingAt: number;
  readonly lastPingAt: number;
  /** Until when the ping that is out has to be answered. */
  readonly pongBy: number | undefined;
}

/** One that nobody has started yet. */
export const newSession: Session = {
  link: newLink,
  repeatHelloAt: undefined,
  pingMs: 240_000,
  pingAt: 0,
  lastPingAt: Number.NEGATIVE_INFINITY,
  pongBy: undefined,
};

/** As much of a stream's turn as the session needs. */
type SessionTurn = Pick<Turn<Session, never>, 'draft' | 'moment'> & {
  readonly effects: { push(effect: SocketEffect): unknown };
};

/** What each role does in its own way while it is connected. */
export interface Greeter<T> {
  sayHello(turn: T): void;
  /** Drops what was expected of the connection that ends here. */
  forgetConnection(turn: T): void;
}

/** A role that takes inputs: `start` is asked for when the stream has stopped, by the page or by a person. */
export interface Role<T> extends Greeter<T> {
  start(turn: T): void;
  takeFrame(turn: T, frame: ServerFrame): void;
}

/** An answer is a push and may be lost: the ping is repeated once before the connection is given up. */
const PING_AGAIN_MS = 5_000;
/** No two pings within this time (rule 2). */
export const PING_GAP_MS = 1_000;
/** How long a server that is unavailable is left alone, unless it says how long itself. */
export const UNAVAILABLE_MS = 5_000;

/** What happens to every stream. */
export function takeSocketInput<T extends SessionTurn>(turn: T, input: SocketInput, role: Role<T>): void {
  const { draft, moment } = turn;
  const { phase } = draft.link;
  switch (input.type) {
    case 'connect':
      if (phase === 'stopped') role.start(turn);
      else draft.link = hurryLink(draft.link, moment.now);
      break;
    case 'leave':
      stop(turn, 'left', role);
      break;
    case 'opened':
      if (phase === 'connecting') role.sayHello(turn);
      break;
    case 'closed':
      if (phase !== 'stopped' && phase !== 'waiting') lose(turn, role, waitAfterClose(draft.link, input.code, moment));
      break;
    case 'wake':
      draft.link = hurryLink(draft.link, moment.now);
      // A connection may have died unnoticed while the device slept.
      if (phase === 'live') draft.pingAt = Math.min(draft.pingAt, draft.lastPingAt + PING_GAP_MS);
      break;
    case 'tick':
      break;
    case 'frame':
      if (phase === 'greeting' || phase === 'live') role.takeFrame(turn, input.frame);
  }
}

/** What every stream has to do by itself. The next ping is the role's: it may have a reason to wait. */
export function sessionAgenda<T extends SessionTurn>(turn: T, greeter: Greeter<T>): Due[] {
  const { link, repeatHelloAt, pongBy } = turn.draft;
  const due = linkAgenda(
    link,
    () => open(turn),
    () => giveUp(turn, greeter),
  );
  if (link.phase === 'greeting' && repeatHelloAt !== undefined)
    due.push({ at: repeatHelloAt, act: () => greeter.sayHello(turn) });
  if (link.phase === 'live' && pongBy !== undefined) due.push({ at: pongBy, act: () => giveUp(turn, greeter) });
  return due;
}

/** Opens a socket. */
export function open({ draft, effects, moment }: SessionTurn): void {
  effects.push({ type: 'connect' });
  draft.link = connectLink(draft.link, moment.now);
}

/** Sends a hello: until its welcome nothing else is sent. */
export function greet({ draft, effects, moment }: SessionTurn, hello: ClientFrame): void {
  draft.repeatHelloAt = undefined;
  draft.link = greetLink(draft.link, moment.now);
  effects.push({ type: 'send', frame: hello });
}

/** The welcome has come. */
export function takeWelcome({ draft, moment }: SessionTurn, pingSeconds: number): void {
  draft.link = welcomeLink(draft.link, moment.now);
  draft.repeatHelloAt = undefined;
  draft.pingMs = pingSeconds * 1_000;
  draft.pingAt = moment.now + draft.pingMs;
}

/** Sends a ping; `cursor` counts as an ack. */
export function ping({ draft, effects, moment: { now } }: SessionTurn, cursor?: Cursor): void {
  effects.push({ type: 'send', frame: { type: 'ping', ...cursor } });
  draft.lastPingAt = now;
  draft.pingAt = now + PING_AGAIN_MS;
  draft.pongBy ??= now + ANSWER_MS;
}

/** A pong has come, asked for or not. */
export function takePong({ draft }: SessionTurn): void {
  if (draft.pongBy !== undefined) draft.pingAt = draft.lastPingAt + draft.pingMs;
  draft.pongBy = undefined;
}

/** Does what an error frame does to the connection. `false`: it stays, and what is out is to be repeated later. */
export function endByError<T extends SessionTurn>(turn: T, frame: ErrorFrame, greeter: Greeter<T>): boolean {
  const { draft, effects, moment } = turn;
  const link = linkAfterError(draft.link, frame, moment);
  if (link === undefined) return false;
  forget(turn, greeter);
  draft.link = link;
  effects.push({ type: 'close' });
  return true;
}

/** The database is away: the connection stays, and the hello or the ping that is out is repeated `waitMs` later. */
export function askAgainLater({ draft, moment: { now } }: SessionTurn, waitMs: number): void {
  if (draft.pongBy !== undefined) {
    draft.pongBy = undefined;
    draft.pingAt = now + waitMs;
  }
  if (draft.link.phase !== 'greeting') return;
  draft.repeatHelloAt = now + waitMs;
  draft.link = { ...draft.link, until: now + waitMs + ANSWER_MS };
}

/** The connection is no more: another one after a wait of full jitter, or after `waitMs`. */
export function lose<T extends SessionTurn>(turn: T, greeter: Greeter<T>, waitMs?: number): void {
  forget(turn, greeter);
  turn.draft.link = loseLink(turn.draft.link, turn.moment, waitMs);
}

/** Ends the stream. */
export function stop<T extends SessionTurn>(turn: T, why: StopReason, greeter: Greeter<T>): void {
  forget(turn, greeter);
  turn.draft.link = stopLink(turn.draft.link, why, turn.moment.now);
  turn.effects.push({ type: 'close' });
}

function giveUp<T extends SessionTurn>(turn: T, greeter: Greeter<T>): void {
  turn.effects.push({ type: 'close' });
  lose(turn, greeter);
}

function forget<T extends SessionTurn>(turn: T, greeter: Greeter<T>): void {
  turn.draft.repeatHelloAt = undefined;
  turn.draft.pongBy = undefined;
  greeter.forgetConnection(turn);
}
