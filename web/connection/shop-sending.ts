import type { ShopHelloFrame } from '../../functions/domain/frames.ts';
import { ANSWER_MS, connectLink, greetLink, linkAgenda, loseLink } from './link.ts';
import type { Due } from './moment.ts';
import { commandFrame, outboxAgenda, type PendingCommand, sent } from './outbox.ts';
import type { ShopTurn } from './shop-state.ts';

/** A page or a snapshot that shows no sign of life for this long is not waited for any more (rules 2 and 5). */
const STALL_MS = 2_000;
/** No two pings within this time (rule 2). */
export const PING_GAP_MS = 1_000;
/** Pushes of orders placed at one moment overtake each other; that long a missing one may still be on its way. */
const OVERTAKEN_MS = 200;
/** An answer is a push and may be lost: the ping is repeated once before the connection is given up. */
const PING_AGAIN_MS = 5_000;

/** Everything this client has to do by itself, with the time from which on. */
export function shopAgenda(turn: ShopTurn): Due[] {
  const { draft } = turn;
  const link = linkAgenda(
    draft.link,
    () => open(turn),
    () => giveUp(turn),
  );
  if (draft.link.phase === 'greeting' && draft.repeatHelloAt !== undefined)
    link.push({ at: draft.repeatHelloAt, act: () => sayHello(turn) });
  if (draft.link.phase !== 'live') return link;
  const due = outboxAgenda(draft.outbox, pending => sendCommand(turn, pending));
  if (draft.pongBy !== undefined) due.push({ at: draft.pongBy, act: () => giveUp(turn) });
  const stalledAt = (draft.waitingSince ?? Number.NEGATIVE_INFINITY) + STALL_MS;
  if (draft.mode === 'snapshot' || draft.collecting !== undefined) {
    due.push({ at: stalledAt, act: () => sayHelloAfresh(turn) });
    return due;
  }
  if (draft.ackBy !== undefined && !draft.doubt) due.push({ at: draft.ackBy, act: () => ack(turn) });
  const askAt = Math.max(draft.lastPingAt + PING_GAP_MS, stalledAt);
  const overtakenUntil = (draft.gapSince ?? Number.NEGATIVE_INFINITY) + OVERTAKEN_MS;
  if (draft.doubt) due.push({ at: askAt, act: () => ping(turn) });
  else if (somethingMissing(turn)) due.push({ at: Math.max(askAt, overtakenUntil), act: () => ping(turn) });
  due.push({ at: Math.max(draft.pingAt, stalledAt), act: () => ping(turn) });
  return due;
}

/** Says hello, with the cursor unless the next one has to be afresh. Until the welcome nothing else is sent. */
export function sayHello(turn: ShopTurn): void {
  const { draft, moment } = turn;
  const hello: ShopHelloFrame = { type: 'hello', role: 'shop', ...draft.identity };
  forgetWhatIsOut(turn);
  draft.link = greetLink(draft.link, moment.now);
  const cursor = draft.afresh ? undefined : draft.cursor;
  turn.effects.push({ type: 'send', frame: cursor === undefined ? hello : { ...hello, ...cursor } });
}

/** Closes the connection and comes back later. */
export function giveUp(turn: ShopTurn): void {
  turn.effects.push({ type: 'close' });
  lose(turn);
}

/** The connection is no more. */
export function lose(turn: ShopTurn, waitMs?: number): void {
  forgetWhatIsOut(turn);
  turn.draft.link = loseLink(turn.draft.link, turn.moment, waitMs);
}

/** Drops what was expected of the connection, or of the hello, that ends here. */
export function forgetWhatIsOut({ draft }: ShopTurn): void {
  draft.pongBy = undefined;
  draft.waitingSince = undefined;
  draft.collecting = undefined;
  draft.repeatHelloAt = undefined;
  draft.doubt = false;
  letGoOfEarly(draft);
}

/** Events that were waiting for one before them come again with the answer to what is asked now. */
export function letGoOfEarly(draft: ShopTurn['draft']): void {
  draft.early = new Map();
  draft.gapSince = undefined;
}

/** Opens a socket. */
export function open(turn: ShopTurn): void {
  turn.effects.push({ type: 'connect' });
  turn.draft.link = connectLink(turn.draft.link, turn.moment.now);
}

/** Says hello without the cursor: the answer is a snapshot. */
export function sayHelloAfresh(turn: ShopTurn): void {
  turn.draft.afresh = true;
  sayHello(turn);
}

function somethingMissing({ draft: { seen, cursor } }: ShopTurn): boolean {
  return cursor !== undefined && seen !== undefined && seen.epoch === cursor.epoch && seen.head > cursor.after;
}

function ping({ draft, effects, moment: { now } }: ShopTurn): void {
  effects.push({ type: 'send', frame: { type: 'ping', ...draft.cursor } });
  draft.lastPingAt = now;
  draft.pingAt = now + PING_AGAIN_MS;
  draft.pongBy ??= now + ANSWER_MS;
  draft.waitingSince = now;
  draft.doubt = false;
  letGoOfEarly(draft);
  noteAck(draft, now);
}

function ack({ draft, effects, moment: { now } }: ShopTurn): void {
  if (draft.cursor !== undefined) effects.push({ type: 'send', frame: { type: 'ack', seq: draft.cursor.after } });
  noteAck(draft, now);
}

function sendCommand({ draft, effects, moment: { now } }: ShopTurn, pending: PendingCommand): void {
  const settled = draft.mode === 'log' && draft.collecting === undefined && !draft.doubt;
  const after = settled ? draft.cursor?.after : undefined;
  effects.push({ type: 'send', frame: commandFrame(pending, after) });
  draft.outbox = sent(draft.outbox, pending.id, now);
  if (after !== undefined) noteAck(draft, now);
}

function noteAck(draft: ShopTurn['draft'], now: number): void {
  draft.acked = draft.cursor?.after ?? -1;
  draft.ackBy = undefined;
  draft.lastAckAt = now;
}
