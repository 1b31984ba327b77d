import type { ErrorFrame, ServerFrame, ShopInView, WelcomeFrame } from '../../functions/domain/frames.ts';
import { parseServerFrame } from '../../functions/domain/received.ts';
import type { Machine, SocketEffect, SocketInput } from './connect.ts';
import type { Link } from './link.ts';
import { type Due, type Moment, nextTurnAt, type Outcome, type Turn, takeTurn } from './reducer.ts';
import {
  askAgainLater,
  endByError,
  greet,
  newSession,
  open,
  ping,
  type Role,
  type Session,
  sessionAgenda,
  stop,
  takePong,
  takeSocketInput,
  takeWelcome,
  UNAVAILABLE_MS,
} from './session.ts';

/** The stream of somebody who looks at a menu: no log and no token, the newest settings and menu of one shop. */
export interface VisitorStream extends Session {
  /** The shop that is looked at. */
  readonly shop: string | undefined;
  /** The shop whose hello is out or was welcomed on this connection. */
  readonly greeted: string | undefined;
  /** The highest version of that shop that was met. */
  readonly version: number;
  /** Since when nobody can see the page. */
  readonly hiddenSince: number | undefined;
}

/**
 * What can happen. `watch` says which shop, and connects when there is no reason not to. For `hide` and `show` see
 * `HIDDEN_MS`.
 */
export type VisitorInput = SocketInput | { type: 'watch'; shop: string };

/** What the caller has to do. `shop`: this is how the shop is now. */
export type VisitorEffect = SocketEffect | { type: 'shop'; shop: ShopInView };

type VisitorTurn = Turn<VisitorStream, VisitorEffect>;

/**
 * A page that was hidden for longer lets its connection go until it is shown: the gateway would hold a socket, and be
 * called to push and to ping, for nobody. A shorter look at another tab costs no second hello.
 */
const HIDDEN_MS = 60_000;

const visitor: Role<VisitorTurn> = {
  sayHello,
  forgetConnection,
  start,
  takeFrame,
  // The page can read over HTTP.
  takeOffence: () => 'protocol_error',
};

/** A stream that looks at nothing yet. */
export function newVisitorStream(): VisitorStream {
  return { ...newSession, shop: undefined, greeted: undefined, version: 0, hiddenSince: undefined };
}

/** A visitor's end of the stream, as a pure function; see `reduceShopStream`. A server that refuses visitors ends it. */
export function reduceVisitorStream(
  stream: VisitorStream,
  input: VisitorInput,
  moment: Moment,
): Outcome<VisitorStream, VisitorEffect> {
  return takeTurn(stream, moment, turn => take(turn, input), agenda);
}

/** When the reducer wants its next `tick`. */
export function visitorStreamDueAt(stream: VisitorStream): number | undefined {
  return nextTurnAt(stream, agenda);
}

/** What `connect` runs. */
export const visitorMachine: Machine<VisitorStream, VisitorInput, VisitorEffect> = {
  reduce: reduceVisitorStream,
  dueAt: visitorStreamDueAt,
  parse: parseServerFrame,
};

function take(turn: VisitorTurn, input: VisitorInput): void {
  const { draft, moment } = turn;
  switch (input.type) {
    case 'watch':
      draft.shop = input.shop;
      if (hasStopped(draft.link, undefined, 'left')) open(turn);
      break;
    case 'hide':
      draft.hiddenSince ??= moment.now;
      break;
    case 'show':
      draft.hiddenSince = undefined;
      if (hasStopped(draft.link, 'hidden')) start(turn);
      break;
    case 'leave':
      draft.shop = undefined;
      stop(turn, 'left', visitor);
      break;
    default:
      takeSocketInput(turn, input, visitor);
  }
}

function hasStopped({ phase, stoppedBy }: Link, ...reasons: Link['stoppedBy'][]): boolean {
  return phase === 'stopped' && reasons.includes(stoppedBy);
}

function start(turn: VisitorTurn): void {
  if (turn.draft.shop !== undefined) open(turn);
}

function takeFrame(turn: VisitorTurn, frame: ServerFrame): void {
  const { draft } = turn;
  switch (frame.type) {
    case 'welcome':
      onWelcome(turn, frame);
      break;
    case 'shop':
      takeShop(turn, frame.shop);
      break;
    case 'pong':
      takePong(turn);
      if (draft.link.phase === 'live' && (frame.shopVersion ?? 0) > draft.version) sayHello(turn);
      break;
    case 'error':
      onError(turn, frame);
  }
}

function onWelcome(turn: VisitorTurn, frame: WelcomeFrame): void {
  if (frame.role !== 'visitor') return;
  takeWelcome(turn, frame.pingSeconds);
  takeShop(turn, frame.shop);
}

function takeShop({ draft, effects }: VisitorTurn, shop: ShopInView): void {
  if (shop.id !== draft.shop || shop.version < draft.version) return;
  draft.version = shop.version;
  effects.push({ type: 'shop', shop });
}

function onError(turn: VisitorTurn, frame: ErrorFrame): void {
  if (frame.error.code === 'unavailable') askAgainLater(turn, frame.retryAfterMs ?? UNAVAILABLE_MS);
  // An unknown code counts as a refusal: coming back would be no use, and the page can read over HTTP.
  else if (!endByError(turn, frame, visitor)) stop(turn, 'protocol_error', visitor);
}

function agenda(turn: VisitorTurn): Due[] {
  const { draft } = turn;
  const { phase } = draft.link;
  const due: Due[] = phase === 'stopped' ? [] : lettingGo(turn);
  due.push(...sessionAgenda(turn, visitor));
  if (phase !== 'live') return due;
  if (draft.shop !== draft.greeted) due.push({ at: Number.NEGATIVE_INFINITY, act: () => sayHello(turn) });
  due.push({ at: draft.pingAt, act: () => ping(turn) });
  return due;
}

/** Before anything else that is due at that time, so that no socket is opened to be closed. */
function lettingGo(turn: VisitorTurn): Due[] {
  const { link, hiddenSince } = turn.draft;
  if (hiddenSince === undefined) return [];
  // A wait that the server asked for is kept: being shown connects at once.
  const heldUntil = link.phase === 'waiting' && link.held ? link.until : undefined;
  const at = Math.max(hiddenSince + HIDDEN_MS, heldUntil ?? Number.NEGATIVE_INFINITY);
  return [{ at, act: () => stop(turn, 'hidden', visitor) }];
}

function sayHello(turn: VisitorTurn): void {
  const { draft } = turn;
  if (draft.shop === undefined) return;
  if (draft.shop !== draft.greeted) draft.version = 0;
  draft.greeted = draft.shop;
  draft.pongBy = undefined;
  greet(turn, { type: 'hello', role: 'visitor', shop: draft.shop });
}

function forgetConnection({ draft }: VisitorTurn): void {
  draft.greeted = undefined;
}
