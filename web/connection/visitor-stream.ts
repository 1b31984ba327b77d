import type { ClientFrame, ErrorFrame, ServerFrame, ShopInView, WelcomeFrame } from '../../functions/domain/frames.ts';
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
  stopLink,
  waitAfterClose,
  welcomeLink,
} from './link.ts';
import { type Due, doWhatIsDue, earliest, type Moment, type Outcome } from './moment.ts';

/** The stream of somebody who looks at a menu: no log and no token, the newest settings and menu of one shop. */
export interface VisitorStream {
  readonly link: Link;
  /** The shop that is looked at. */
  readonly shop: string | undefined;
  /** The shop whose hello is out or was welcomed on this connection. */
  readonly greeted: string | undefined;
  /** The highest version of that shop that was met. */
  readonly version: number;
  readonly repeatHelloAt: number | undefined;
  readonly pingMs: number;
  readonly pingAt: number;
  readonly pongBy: number | undefined;
}

/** What can happen; see the shop's stream. `watch` says which shop, and connects when there is no reason not to. */
export type VisitorInput =
  | { type: 'watch'; shop: string }
  | { type: 'connect' }
  | { type: 'leave' }
  | { type: 'opened' }
  | { type: 'closed'; code?: number | undefined }
  | { type: 'wake' }
  | { type: 'tick' }
  | { type: 'frame'; frame: ServerFrame };

/** What the caller has to do; see the shop's stream. `shop`: this is how the shop is now. */
export type VisitorEffect =
  | { type: 'connect' }
  | { type: 'close' }
  | { type: 'send'; frame: ClientFrame }
  | { type: 'shop'; shop: ShopInView };

type Turn = {
  readonly draft: { -readonly [K in keyof VisitorStream]: VisitorStream[K] };
  readonly effects: VisitorEffect[];
  readonly moment: Moment;
};

const UNAVAILABLE_MS = 5_000;

/** A stream that looks at nothing yet. */
export function newVisitorStream(): VisitorStream {
  return {
    link: newLink,
    shop: undefined,
    greeted: undefined,
    version: 0,
    repeatHelloAt: undefined,
    pingMs: 240_000,
    pingAt: 0,
    pongBy: undefined,
  };
}

/** A visitor's end of the stream, as a pure function; see `reduceShopStream`. A server that refuses visitors ends it. */
export function reduceVisitorStream(
  stream: VisitorStream,
  input: VisitorInput,
  moment: Moment,
): Outcome<VisitorStream, VisitorEffect> {
  const turn: Turn = { draft: { ...stream }, effects: [], moment };
  take(turn, input);
  doWhatIsDue(() => agenda(turn), moment.now);
  return { state: turn.draft, effects: turn.effects };
}

/** When the reducer wants its next `tick`. */
export function visitorStreamDueAt(stream: VisitorStream): number | undefined {
  return earliest(agenda({ draft: { ...stream }, effects: [], moment: { now: 0, random: 0 } }));
}

function take(turn: Turn, input: VisitorInput): void {
  const { draft, moment } = turn;
  const { phase, stoppedBy } = draft.link;
  switch (input.type) {
    case 'watch':
      draft.shop = input.shop;
      if (phase === 'stopped' && (stoppedBy === undefined || stoppedBy === 'left')) open(turn);
      break;
    case 'connect':
      if (phase !== 'stopped') draft.link = hurryLink(draft.link, moment.now);
      else if (draft.shop !== undefined) open(turn);
      break;
    case 'leave':
      draft.shop = undefined;
      stop(turn, 'left');
      break;
    case 'opened':
      if (phase === 'connecting') sayHello(turn);
      break;
    case 'closed':
      if (phase !== 'stopped' && phase !== 'waiting') lose(turn, waitAfterClose(draft.link, input.code, moment));
      break;
    case 'wake':
      draft.link = hurryLink(draft.link, moment.now);
      if (phase === 'live' && draft.pongBy === undefined) draft.pingAt = moment.now;
      break;
    case 'tick':
      break;
    case 'frame':
      if (phase === 'greeting' || phase === 'live') takeFrame(turn, input.frame);
  }
}

function takeFrame(turn: Turn, frame: ServerFrame): void {
  const { draft, moment } = turn;
  switch (frame.type) {
    case 'welcome':
      onWelcome(turn, frame);
      break;
    case 'shop':
      takeShop(turn, frame.shop);
      break;
    case 'pong':
      if (draft.pongBy !== undefined) draft.pingAt = moment.now + draft.pingMs;
      draft.pongBy = undefined;
      if (draft.link.phase === 'live' && (frame.shopVersion ?? 0) > draft.version) sayHello(turn);
      break;
    case 'error':
      onError(turn, frame);
  }
}

function onWelcome(turn: Turn, frame: WelcomeFrame): void {
  if (frame.role !== 'visitor') return;
  const { draft, moment } = turn;
  draft.pingMs = frame.pingSeconds * 1_000;
  draft.pingAt = moment.now + draft.pingMs;
  draft.repeatHelloAt = undefined;
  draft.link = welcomeLink(draft.link, moment.now);
  takeShop(turn, frame.shop);
}

function takeShop({ draft, effects }: Turn, shop: ShopInView): void {
  if (shop.id !== draft.shop || shop.version < draft.version) return;
  draft.version = shop.version;
  effects.push({ type: 'shop', shop });
}

function onError(turn: Turn, frame: ErrorFrame): void {
  const { draft, effects, moment } = turn;
  const wait = moment.now + (frame.retryAfterMs ?? UNAVAILABLE_MS);
  if (frame.error.code === 'unavailable') {
    if (draft.link.phase === 'greeting') {
      draft.repeatHelloAt = wait;
      draft.link = { ...draft.link, until: wait + ANSWER_MS };
    } else {
      draft.pongBy = undefined;
      draft.pingAt = wait;
    }
    return;
  }
  // What we do not know is a refusal: the page can read over HTTP, and nobody is hammered.
  const link = linkAfterError(draft.link, frame, moment);
  if (link === undefined) {
    stop(turn, 'protocol_error');
    return;
  }
  forgetConnection(turn);
  draft.link = link;
  effects.push({ type: 'close' });
}

function agenda(turn: Turn): Due[] {
  const { draft } = turn;
  const due = linkAgenda(
    draft.link,
    () => open(turn),
    () => giveUp(turn),
  );
  if (draft.link.phase === 'greeting' && draft.repeatHelloAt !== undefined)
    due.push({ at: draft.repeatHelloAt, act: () => sayHello(turn) });
  if (draft.link.phase !== 'live') return due;
  if (draft.shop !== draft.greeted) due.push({ at: Number.NEGATIVE_INFINITY, act: () => sayHello(turn) });
  if (draft.pongBy !== undefined) due.push({ at: draft.pongBy, act: () => giveUp(turn) });
  else due.push({ at: draft.pingAt, act: () => ping(turn) });
  return due;
}

function open({ draft, effects, moment }: Turn): void {
  effects.push({ type: 'connect' });
  draft.link = connectLink(draft.link, moment.now);
}

function sayHello(turn: Turn): void {
  const { draft, effects, moment } = turn;
  if (draft.shop === undefined) return;
  if (draft.shop !== draft.greeted) draft.version = 0;
  draft.greeted = draft.shop;
  draft.repeatHelloAt = undefined;
  draft.pongBy = undefined;
  draft.link = greetLink(draft.link, moment.now);
  effects.push({ type: 'send', frame: { type: 'hello', role: 'visitor', shop: draft.shop } });
}

function ping({ draft, effects, moment: { now } }: Turn): void {
  effects.push({ type: 'send', frame: { type: 'ping' } });
  draft.pingAt = now + draft.pingMs;
  draft.pongBy = now + ANSWER_MS;
}

function giveUp(turn: Turn): void {
  turn.effects.push({ type: 'close' });
  lose(turn);
}

function lose(turn: Turn, waitMs?: number): void {
  forgetConnection(turn);
  turn.draft.link = loseLink(turn.draft.link, turn.moment, waitMs);
}

function stop(turn: Turn, why: 'left' | 'protocol_error'): void {
  forgetConnection(turn);
  turn.draft.link = stopLink(turn.draft.link, why, turn.moment.now);
  turn.effects.push({ type: 'close' });
}

function forgetConnection({ draft }: Turn): void {
  draft.greeted = undefined;
  draft.repeatHelloAt = undefined;
  draft.pongBy = undefined;
}
