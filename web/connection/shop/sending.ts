import type { ShopHelloFrame } from '../../../functions/domain/frames.ts';
import { commandFrame, outboxAgenda, type PendingCommand, sent, takeBack } from '../outbox.ts';
import type { Due } from '../reducer.ts';
import { type Greeter, greet, PING_GAP_MS, ping, sessionAgenda } from '../session.ts';
import type { ShopTurn } from './state.ts';

/** A page or a snapshot that shows no sign of life for this long is not waited for any more (rules 2 and 5). */
const STALL_MS = 2_000;
/** Pushes of orders placed at one moment overtake each other; that long a missing one may still be on its way. */
const OVERTAKEN_MS = 200;

/** How a shop's stream says hello, and what it drops with a connection. */
export const shopGreeter: Greeter<ShopTurn> = { sayHello, forgetConnection };

/** Everything this client has to do by itself, with the time from which on. */
export function shopAgenda(turn: ShopTurn): Due[] {
  const { draft } = turn;
  const due = sessionAgenda(turn, shopGreeter);
  if (draft.link.phase !== 'live') return due;
  due.push(...outboxAgenda(draft.outbox, pending => sendCommand(turn, pending)));
  const stalledAt = (draft.waitingSince ?? Number.NEGATIVE_INFINITY) + STALL_MS;
  if (draft.mode === 'snapshot' || draft.collecting !== undefined) {
    due.push({ at: stalledAt, act: () => sayHelloAfresh(turn) });
    return due;
  }
  if (draft.ackBy !== undefined && !draft.doubt) due.push({ at: draft.ackBy, act: () => ack(turn) });
  const askAt = Math.max(draft.lastPingAt + PING_GAP_MS, stalledAt);
  const overtakenUntil = (draft.gapSince ?? Number.NEGATIVE_INFINITY) + OVERTAKEN_MS;
  if (draft.doubt) due.push({ at: askAt, act: () => ask(turn) });
  else if (somethingMissing(turn)) due.push({ at: Math.max(askAt, overtakenUntil), act: () => ask(turn) });
  due.push({ at: Math.max(draft.pingAt, stalledAt), act: () => ask(turn) });
  return due;
}

/** Says hello, with the cursor unless the next one has to be afresh. Until the welcome nothing else is sent. */
export function sayHello(turn: ShopTurn): void {
  const { draft } = turn;
  const hello: ShopHelloFrame = { type: 'hello', role: 'shop', ...draft.identity };
  draft.pongBy = undefined;
  forgetWhatIsOut(turn);
  const cursor = draft.afresh ? undefined : draft.cursor;
  greet(turn, cursor === undefined ? hello : { ...hello, ...cursor });
}

function forgetConnection(turn: ShopTurn): void {
  forgetWhatIsOut(turn);
  turn.draft.outbox = takeBack(turn.draft.outbox);
}

/** Drops what was expected of the connection, or of the hello, that ends here. */
function forgetWhatIsOut({ draft }: ShopTurn): void {
  draft.waitingSince = undefined;
  draft.collecting = undefined;
  draft.doubt = false;
  letGoOfEarly(draft);
}

/** Events that were waiting for one before them come again with the answer to what is asked now. */
export function letGoOfEarly(draft: ShopTurn['draft']): void {
  draft.early = new Map();
  draft.gapSince = undefined;
}

/** Says hello without the cursor: the answer is a snapshot. */
export function sayHelloAfresh(turn: ShopTurn): void {
  turn.draft.afresh = true;
  sayHello(turn);
}

function somethingMissing({ draft: { seen, cursor } }: ShopTurn): boolean {
  return cursor !== undefined && seen !== undefined && seen.epoch === cursor.epoch && seen.head > cursor.after;
}

/** A ping with the cursor, which the server answers with all that is missing. */
function ask(turn: ShopTurn): void {
  const { draft, moment } = turn;
  ping(turn, draft.cursor);
  draft.waitingSince = moment.now;
  draft.doubt = false;
  letGoOfEarly(draft);
  noteAck(draft, moment.now);
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
