import type { Order, WireError } from '../../functions/domain/frames.ts';
import { fullJitterMs, type Moment, type Outcome } from './moment.ts';

/** One order on its way: the key and the body that every try of it is made with. Stored before the first one. */
export interface Attempt {
  /** The `Idempotency-Key`, a UUID. */
  readonly key: string;
  readonly shop: string;
  /** The JSON text, sent as it is: the same bytes every time. */
  readonly body: string;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
}

/** An order that was placed, and the token that lets its holder follow it. */
export interface Placed {
  readonly order: Order;
  readonly token: string;
}

/**
 * What became of an order, as far as it is known.
 *
 * - `trying`: the first try is out, or every one so far was answered "too many, later"
 * - `unknown`: a try may have reached the shop, its answer did not reach us; trying on
 * - `asking`: the same, for so long that the customer may have eaten elsewhere: a person decides whether to go on
 * - `placed`: durable. `refused`: nothing is stored
 */
export type Placing =
  | { readonly phase: 'idle' }
  | {
      readonly phase: 'trying' | 'unknown';
      readonly attempt: Attempt;
      readonly tries: number;
      /** `undefined` while a try is out. */
      readonly tryAt: number | undefined;
      /** The server asked to wait until then; the network's return does not shorten it. */
      readonly notBefore: number;
    }
  | { readonly phase: 'asking'; readonly attempt: Attempt }
  | { readonly phase: 'placed'; readonly attempt: Attempt; readonly placed: Placed }
  | { readonly phase: 'refused'; readonly attempt: Attempt; readonly error: WireError };

/** How one try ended. Anything that is neither a good 2xx, nor a 429, nor another 4xx, is `unknown`. */
export type TryOutcome =
  | { type: 'placed'; placed: Placed }
  | { type: 'refused'; error: WireError }
  | { type: 'later'; retryAfterMs: number | undefined }
  | { type: 'unknown'; retryAfterMs: number | undefined };

/** What can happen. `submit` while an order is on its way does nothing: that is the second tap. */
export type PlacingInput =
  | { type: 'submit'; attempt: Attempt }
  | { type: 'resume'; attempt: Attempt }
  | { type: 'outcome'; key: string; outcome: TryOutcome }
  | { type: 'tick' }
  | { type: 'wake' }
  | { type: 'go-on' }
  | { type: 'give-up' }
  | { type: 'clear' };

/** `store` and `forget` are about the attempt on the device; `store` is done before the `try` that follows it. */
export type PlacingEffect = { type: 'store' | 'try' | 'forget'; attempt: Attempt };

/** An order that could not be confirmed for this long is not tried on without asking. Milliseconds. */
export const ASK_AFTER_MS = 10 * 60_000;
/** A server that asks for more than this is asked again anyway. Milliseconds. */
const LONGEST_WAIT_MS = 5 * 60_000;

/** Nothing on its way. */
export const notPlacing: Placing = { phase: 'idle' };

/** Places one order, exactly as stored, until the truth is known. Pure; `moment.now` is milliseconds since 1970. */
export function reducePlacing(placing: Placing, input: PlacingInput, moment: Moment): Outcome<Placing, PlacingEffect> {
  switch (input.type) {
    case 'submit':
      return isOnItsWay(placing) ? same(placing) : begin(input.attempt);
    case 'resume':
      return isOnItsWay(placing) ? same(placing) : resume(input.attempt, moment.now);
    case 'outcome':
      return isOut(placing) && placing.attempt.key === input.key
        ? conclude(placing, input.outcome, moment)
        : same(placing);
    case 'tick':
      return isWaiting(placing) && placing.tryAt <= moment.now ? tryOrAsk(placing, moment.now) : same(placing);
    case 'wake':
      return isWaiting(placing) && placing.notBefore <= moment.now ? tryOrAsk(placing, moment.now) : same(placing);
    case 'go-on':
      if (placing.phase !== 'asking') return same(placing);
      // The ten minutes begin anew; the key and the body stay.
      return tryNow('unknown', { ...placing.attempt, startedAt: moment.now }, 0, ['store']);
    case 'give-up':
      if (placing.phase !== 'asking') return same(placing);
      return { state: notPlacing, effects: [{ type: 'forget', attempt: placing.attempt }] };
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
  return placing.phase === 'trying' || placing.phase === 'unknown' || placing.phase === 'asking';
}

type Trying = Extract<Placing, { phase: 'trying' | 'unknown' }>;

function isOut(placing: Placing): placing is Trying {
  return (placing.phase === 'trying' || placing.phase === 'unknown') && placing.tryAt === undefined;
}

function isWaiting(placing: Placing): placing is Trying & { tryAt: number } {
  return (placing.phase === 'trying' || placing.phase === 'unknown') && placing.tryAt !== undefined;
}

function same(state: Placing): Outcome<Placing, PlacingEffect> {
  return { state, effects: [] };
}

function begin(attempt: Attempt): Outcome<Placing, PlacingEffect> {
  return tryNow('trying', attempt, 0, ['store']);
}

/** After a reload nobody knows whether the earlier page's try got through. */
function resume(attempt: Attempt, now: number): Outcome<Placing, PlacingEffect> {
  return tryOrAsk({ phase: 'unknown', attempt, tries: 0, tryAt: now, notBefore: now }, now);
}

function tryOrAsk({ phase, attempt, tries }: Trying, now: number): Outcome<Placing, PlacingEffect> {
  // A device's clock may have been set back meanwhile: an attempt from the future is as old as one can be.
  const age = Math.abs(now - attempt.startedAt);
  if (age < ASK_AFTER_MS) return tryNow(phase, attempt, tries, []);
  return same({ phase: 'asking', attempt });
}

function tryNow(
  phase: Trying['phase'],
  attempt: Attempt,
  tries: number,
  first: 'store'[],
): Outcome<Placing, PlacingEffect> {
  return {
    state: { phase, attempt, tries: tries + 1, tryAt: undefined, notBefore: 0 },
    effects: [...first, 'try' as const].map(type => ({ type, attempt })),
  };
}

function conclude(placing: Trying, outcome: TryOutcome, moment: Moment): Outcome<Placing, PlacingEffect> {
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

function wait(placing: Trying, phase: Trying['phase'], retryAfterMs: number | undefined, moment: Moment): Placing {
  const asked = Math.min(retryAfterMs ?? 0, LONGEST_WAIT_MS);
  const notBefore = moment.now + asked;
  return { ...placing, phase, notBefore, tryAt: notBefore + fullJitterMs(placing.tries, moment.random) };
}
