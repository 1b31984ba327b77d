import type { Order, WireError } from '../../functions/domain/frames.ts';
import { fullJitterMs, type Moment, type Outcome } from './reducer.ts';

/** One order on its way: the key and the body that every try of it is made with. Stored before the first one. */
export interface Attempt {
  /** The `Idempotency-Key`, a UUID. */
  readonly key: string;
  readonly shop: string;
  /** The JSON text, sent as it is: the same bytes every time. */
  readonly body: string;
  /** Milliseconds since 1970 on the device's clock. */
  readonly startedAt: number;
  /** `false` until the first try goes out. Earlier versions of the page did not write it down. */
  readonly isSent?: boolean;
}

/** An order that was placed, and the token that lets its holder follow it. */
export interface Placed {
  readonly order: Order;
  readonly token: string;
}

/**
 * What became of an order, as far as it is known. Waits are told on a clock that never goes back (`Moment`).
 *
 * - `held`: the device has no network, so nothing was sent
 * - `trying`: the first try is out, or every one so far was answered by us with "not now"
 * - `unknown`: a try may have reached the shop, its answer did not reach us; trying on
 * - `asking`: on its way for so long that the customer may have eaten elsewhere: a person decides whether to go on
 * - `placed`: durable. `refused`: nothing is stored
 */
export type Placing =
  | { readonly phase: 'idle' }
  | {
      readonly phase: 'held' | 'trying' | 'unknown';
      readonly attempt: Attempt;
      readonly tries: number;
      /** `undefined` while a try is out. */
      readonly tryAt: number | undefined;
      /** The server asked to wait until then; the network's return does not shorten it. */
      readonly notBefore: number;
      /** From then on no try is made without asking. */
      readonly askAt: number;
    }
  | { readonly phase: 'asking'; readonly attempt: Attempt; readonly mayHaveArrived: boolean }
  | { readonly phase: 'placed'; readonly attempt: Attempt; readonly placed: Placed }
  | { readonly phase: 'refused'; readonly attempt: Attempt; readonly error: WireError };

/** How one try ended. `later`: we have answered that this try made no order. Whatever is not our word is `unknown`. */
export type TryOutcome =
  | { type: 'placed'; placed: Placed }
  | { type: 'refused'; error: WireError }
  | { type: 'later'; retryAfterMs: number | undefined }
  | { type: 'unknown'; retryAfterMs: number | undefined };

/**
 * What can happen.
 *
 * - `submit` while an order is on its way does nothing: that is the second tap
 * - `resume`: an earlier page left it; `ageMs` is what the device's clock says of it, which may be wrong
 * - `go-on`: a person wants it tried now; `startedAt` is the time on the device's clock
 * - `give-up`: a person does not want it any more, where that can be had
 * - `forgotten`: another tab has given it up, or knows how it ended
 */
export type PlacingInput =
  | { type: 'submit'; attempt: Attempt }
  | { type: 'resume'; attempt: Attempt; ageMs: number }
  | { type: 'outcome'; key: string; outcome: TryOutcome }
  | { type: 'tick' }
  | { type: 'wake' }
  | { type: 'go-on'; startedAt: number }
  | { type: 'give-up' }
  | { type: 'forgotten'; key: string }
  | { type: 'clear' };

/** `store` and `forget` are about the attempt on the device; `store` is done before the `try` that follows it. */
export type PlacingEffect = { type: 'store' | 'try' | 'forget'; attempt: Attempt };

/** A moment, and whether the device believes that it has a network. */
export interface PlacingMoment extends Moment {
  isOnline: boolean;
}

/** An order that could not be confirmed for this long is not tried on without asking. Milliseconds. */
export const ASK_AFTER_MS = 10 * 60_000;
/** A server that asks for more than this is asked again anyway. Milliseconds. */
const LONGEST_WAIT_MS = 5 * 60_000;
/** How often a device without a network is looked at, should it not tell. Milliseconds. */
const LOOK_AGAIN_MS = 5_000;

/** Nothing on its way. */
export const notPlacing: Placing = { phase: 'idle' };

/** Places one order, exactly as stored, until the truth is known. Pure. */
export function reducePlacing(
  placing: Placing,
  input: PlacingInput,
  moment: PlacingMoment,
): Outcome<Placing, PlacingEffect> {
  switch (input.type) {
    case 'submit':
      return isOnItsWay(placing) ? same(placing) : tryOrWait(fresh('trying', input.attempt, 0, moment.now), moment);
    case 'resume':
      return isOnItsWay(placing) ? same(placing) : resume(input.attempt, input.ageMs, moment);
    case 'outcome':
      return isOut(placing) && placing.attempt.key === input.key
        ? conclude(placing, input.outcome, moment)
        : same(placing);
    case 'tick':
      return isWaiting(placing) && placing.tryAt <= moment.now ? tryOrWait(placing, moment) : same(placing);
    case 'wake':
      return isWaiting(placing) && placing.notBefore <= moment.now ? tryOrWait(placing, moment) : same(placing);
    case 'go-on':
      return goOn(placing, input.startedAt, moment.now);
    case 'give-up':
      if (!canGiveUp(placing)) return same(placing);
      return { state: notPlacing, effects: [{ type: 'forget', attempt: placing.attempt }] };
    case 'forgotten':
      return canGiveUp(placing) && placing.attempt.key === input.key ? same(notPlacing) : same(placing);
    case 'clear':
      return placing.phase === 'placed' || placing.phase === 'refused' ? same(notPlacing) : same(placing);
  }
}

/** When the reducer wants its next `tick`. */
export function placingDueAt(placing: Placing): number | undefined {
  return isWaiting(placing) ? placing.tryAt : undefined;
}

/** Whether an order is neither placed nor refused yet. */
export function isOnItsWay(placing: Placing): boolean {
  return isUnderWay(placing) || placing.phase === 'asking';
}

/** Whether a person may let the order go: while it is certain that no try has arrived, or when they are asked. */
export function canGiveUp(placing: Placing): placing is Exclude<Placing, { phase: 'idle' }> {
  return placing.phase === 'asking' || (isWaiting(placing) && placing.phase !== 'unknown');
}

type UnderWay = Extract<Placing, { phase: 'held' | 'trying' | 'unknown' }>;

function isUnderWay(placing: Placing): placing is UnderWay {
  return placing.phase === 'held' || placing.phase === 'trying' || placing.phase === 'unknown';
}

function isOut(placing: Placing): placing is UnderWay {
  return isUnderWay(placing) && placing.tryAt === undefined;
}

function isWaiting(placing: Placing): placing is UnderWay & { tryAt: number } {
  return isUnderWay(placing) && placing.tryAt !== undefined;
}

function same(state: Placing): Outcome<Placing, PlacingEffect> {
  return { state, effects: [] };
}

function fresh(phase: UnderWay['phase'], attempt: Attempt, ageMs: number, now: number): UnderWay {
  return { phase, attempt, tries: 0, tryAt: now, notBefore: now, askAt: now + ASK_AFTER_MS - ageMs };
}

/** After a reload nobody knows whether the earlier page's try got through, unless it never made one. */
function resume(attempt: Attempt, ageMs: number, moment: PlacingMoment): Outcome<Placing, PlacingEffect> {
  // The device's clock may have been set back meanwhile: an attempt from the future is as old as one can be.
  const age = ageMs < 0 ? ASK_AFTER_MS : ageMs;
  return tryOrWait(fresh(attempt.isSent === false ? 'trying' : 'unknown', attempt, age, moment.now), moment);
}

function goOn(placing: Placing, startedAt: number, now: number): Outcome<Placing, PlacingEffect> {
  if (placing.phase !== 'asking' && placing.phase !== 'held') return same(placing);
  // The ten minutes begin anew; the key and the body stay.
  const attempt = { ...placing.attempt, startedAt };
  const phase = placing.phase === 'asking' && placing.mayHaveArrived ? 'unknown' : 'trying';
  return tryNow(fresh(phase, attempt, 0, now), ['store']);
}

function tryOrWait(placing: UnderWay, { now, isOnline }: PlacingMoment): Outcome<Placing, PlacingEffect> {
  const { phase, attempt, tries } = placing;
  if (now >= placing.askAt) return same({ phase: 'asking', attempt, mayHaveArrived: phase === 'unknown' });
  if (phase === 'unknown' || isOnline) return tryNow(placing, attempt.isSent === false ? ['store'] : []);
  const held: Placing = { ...placing, phase: 'held', tryAt: now + LOOK_AGAIN_MS, notBefore: 0 };
  return { state: held, effects: tries === 0 && placing.phase !== 'held' ? [{ type: 'store', attempt }] : [] };
}

function tryNow(placing: UnderWay, first: 'store'[]): Outcome<Placing, PlacingEffect> {
  const attempt = { ...placing.attempt, isSent: true };
  const phase = placing.phase === 'held' ? 'trying' : placing.phase;
  return {
    state: { ...placing, phase, attempt, tries: placing.tries + 1, tryAt: undefined, notBefore: 0 },
    effects: [...first, 'try' as const].map(type => ({ type, attempt })),
  };
}

function conclude(placing: UnderWay, outcome: TryOutcome, moment: Moment): Outcome<Placing, PlacingEffect> {
  const { attempt } = placing;
  const forget: PlacingEffect[] = [{ type: 'forget', attempt }];
  switch (outcome.type) {
    case 'placed':
      return { state: { phase: 'placed', attempt, placed: outcome.placed }, effects: forget };
    case 'refused':
      return { state: { phase: 'refused', attempt, error: outcome.error }, effects: forget };
    case 'later':
      return same(wait(placing, placing.phase, outcome.retryAfterMs, moment));
    case 'unknown':
      return same(wait(placing, 'unknown', outcome.retryAfterMs, moment));
  }
}

function wait(placing: UnderWay, phase: UnderWay['phase'], retryAfterMs: number | undefined, moment: Moment): Placing {
  const asked = Math.min(retryAfterMs ?? 0, LONGEST_WAIT_MS);
  const notBefore = moment.now + asked;
  return { ...placing, phase, notBefore, tryAt: notBefore + fullJitterMs(placing.tries, moment.random) };
}
