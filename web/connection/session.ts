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
import type { Due, Turn } from './reducer.ts';
import { forgiveSilence, type Hearing, hear, hearAlive, newHearing, noteUnanswered, silenceAgenda } from './silence.ts';

/** What every stream holds of its connection: the link, the hello that may be said again, the pings. Times are milliseconds. */
export interface Session extends Hearing {
  readonly link: Link;
  /** Nobody can see the page. */
  readonly isHidden: boolean;
  readonly repeatHelloAt: number | undefined;
  readonly pingMs: number;
  readonly pingAt: number;
  readonly lastPingAt: number;
  /** Until when the ping that is out has to be answered. */
  readonly pongBy: number | undefined;
}

/** One that nobody has started yet. */
export const newSession: Session = {
  ...newHearing,
  link: newLink,
  isHidden: false,
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
  /**
   * The server ends the connection over something that was sent on it. Lets go what it was, as far as that can be told;
   * gives a reason where coming back is of no use.
   */
  takeOffence(turn: T): StopReason | undefined;
}

/** An answer is a push and may be lost: the ping is repeated once before the connection is given up. */
const PING_AGAIN_MS = 5_000;
/** How often a page that is looked at asks a gateway that does not show by itself that the link is alive. */
const PING_UNSHOWN_MS = 60_000;
/** And when for the first time on a connection: no answer is then silence of 40 s, which a person is told of. */
const FIRST_PING_UNSHOWN_MS = 30_000;
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
      if (phase === 'stopped' || phase === 'waiting') break;
      if (isOffence(input.code)) comeBackFromOffence(turn, role);
      else lose(turn, role, waitAfterClose(draft.link, input.code, moment));
      break;
    case 'wake':
      draft.link = hurryLink(draft.link, moment.now);
      forgiveSilence(draft, moment.now);
      pingSoon(turn);
      break;
    case 'hide':
    case 'show':
      changePingTime(turn, () => {
        draft.isHidden = input.type === 'hide';
      });
      break;
    case 'tick':
      break;
    case 'frame':
      if (phase === 'greeting' || phase === 'live') takeFrame(turn, input.frame, role);
  }
}

function takeFrame<T extends SessionTurn>(turn: T, frame: ServerFrame, role: Role<T>): void {
  hear(turn.draft, turn.moment.now);
  if (frame.type === 'alive') changePingTime(turn, () => hearAlive(turn.draft, frame));
  else role.takeFrame(turn, frame);
}

/** A connection may have died unnoticed while the device slept. */
function pingSoon({ draft }: SessionTurn): void {
  if (draft.link.phase === 'live') draft.pingAt = Math.min(draft.pingAt, draft.lastPingAt + PING_GAP_MS);
}

/** Does something that changes how often to ping; the next ping comes so much sooner or later. */
function changePingTime({ draft }: SessionTurn, change: () => void): void {
  const before = pingEveryMs(draft);
  change();
  if (draft.pongBy === undefined) draft.pingAt += pingEveryMs(draft) - before;
}

/** The lease wants a ping every `pingMs`; a dead link has to be seen sooner, by whoever looks at the page. */
function pingEveryMs({ pingMs, aliveMs, isHidden, lastPingAt, link }: Session): number {
  if (aliveMs !== undefined || isHidden) return pingMs;
  const isFirst = lastPingAt < (link.liveSince ?? Number.POSITIVE_INFINITY);
  return Math.min(pingMs, isFirst ? FIRST_PING_UNSHOWN_MS : PING_UNSHOWN_MS);
}

/** What every stream has to do by itself. The next ping is the role's: it may have a reason to wait. */
export function sessionAgenda<T extends SessionTurn>(turn: T, greeter: Greeter<T>): Due[] {
  const { link, repeatHelloAt, pongBy } = turn.draft;
  if (link.phase === 'stopped') return [];
  const due = linkAgenda(
    link,
    () => open(turn),
    () => giveUp(turn, greeter),
  );
  if (link.phase === 'greeting' && repeatHelloAt !== undefined)
    due.push({ at: repeatHelloAt, act: () => greeter.sayHello(turn) });
  const isLive = link.phase === 'live';
  due.push(
    ...silenceAgenda(turn.draft, turn.moment.now, isLive, {
      onSilence: () => isLive && giveUp(turn, greeter),
      onOverslept: () => pingSoon(turn),
    }),
  );
  if (isLive && pongBy !== undefined) {
    const act = () => {
      noteUnanswered(turn.draft, turn.moment.now, pongBy);
      giveUp(turn, greeter);
    };
    due.push({ at: pongBy, act });
  }
  return due;
}

/** Opens a socket. */
export function open({ draft, effects, moment }: SessionTurn): void {
  effects.push({ type: 'connect' });
  if (draft.link.phase === 'stopped') hear(draft, moment.now);
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
  draft.pingAt = moment.now + pingEveryMs(draft);
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
  if (draft.pongBy !== undefined) draft.pingAt = draft.lastPingAt + pingEveryMs(draft);
  draft.pongBy = undefined;
}

/** Does what an error frame does to the connection. `false`: it stays, and what is out is to be repeated later. */
export function endByError<T extends SessionTurn>(turn: T, frame: ErrorFrame, role: Role<T>): boolean {
  const { draft, effects, moment } = turn;
  if (frame.error.code === 'protocol_error') {
    effects.push({ type: 'close' });
    comeBackFromOffence(turn, role);
    return true;
  }
  const link = linkAfterError(draft.link, frame, moment);
  if (link === undefined) return false;
  forget(turn, role);
  draft.link = link;
  effects.push({ type: 'close' });
  return true;
}

/** Codes with which a gateway that has no error frame of ours says the same: bad frame, wrong kind, not UTF-8, too large. */
const offences: readonly (number | undefined)[] = [1002, 1003, 1007, 1009];

function isOffence(code: number | undefined): boolean {
  return offences.includes(code);
}

/** One frame that the server cannot take must not end the day: comes back without it, after a wait of full jitter. */
function comeBackFromOffence<T extends SessionTurn>(turn: T, role: Role<T>): void {
  const why = role.takeOffence(turn);
  if (why === undefined) lose(turn, role);
  else stop(turn, why, role);
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
  turn.draft.aliveMs = undefined;
  greeter.forgetConnection(turn);
}
