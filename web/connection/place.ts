import { readAnswer } from '../../functions/domain/answer.ts';
import { isPlacedOrder } from '../../functions/domain/received.ts';
import type { Surroundings } from './connect.ts';
import {
  type Attempt,
  notPlacing,
  type Placed,
  type Placing,
  type PlacingEffect,
  type PlacingInput,
  placingDueAt,
  reducePlacing,
  type TryOutcome,
} from './placing.ts';
import { doTask } from './proof.ts';
import { type Reply, request } from './request.ts';
import { steadyClock } from './steady-clock.ts';

/** Where unfinished orders outlive the page. Must not throw; a device that cannot store still places, unresumed. */
export interface AttemptStore {
  save(attempt: Attempt): void;
  all(): Attempt[];
  remove(attempt: Attempt): void;
}

/** The world of an order that is placed. `now` is the device's clock, milliseconds since 1970: what is stored is told by it. */
export interface PlacingSurroundings extends Pick<Surroundings, 'now' | 'random' | 'startTimer' | 'onWake'> {
  post(attempt: Attempt): Promise<TryOutcome>;
  store: AttemptStore;
  /** Whether the device believes that it has a network. Without it: always. */
  isOnline?(): boolean;
  /** Called before the attempt is forgotten: whoever keeps the order's token keeps it here. */
  onPlaced(placed: Placed): void;
  onState(placing: Placing): void;
}

/** The order that this page is placing. */
export interface Placer {
  /** Places an order, unless one is on its way. `body` is kept as text from here on. */
  submit(shop: string, key: string, body: unknown): void;
  /** A person wants it tried now, after `asking` or although the device says that it is offline. */
  goOn(): void;
  /** A person does not want it any more. Does nothing while a try may have arrived and nobody was asked. */
  giveUp(): void;
  /** Another tab has removed the attempt with this key. */
  forget(key: string): void;
  /** After `placed` or `refused`: ready for the next one. */
  clear(): void;
  end(): void;
}

/** Binds the placing reducer to HTTP, storage and a timer, and takes up what an earlier page left unfinished. */
export function startPlacing(surroundings: PlacingSurroundings): Placer {
  let placing: Placing = notPlacing;
  let stopTimer = () => {};
  let ended = false;
  const clock = steadyClock(surroundings.now);
  const isOnline = surroundings.isOnline ?? (() => true);
  const stopWake = surroundings.onWake(() => put({ type: 'wake' }));

  function put(input: PlacingInput): void {
    if (ended) return;
    const moment = { now: clock.now(), random: surroundings.random(), isOnline: isOnline() };
    const outcome = reducePlacing(placing, input, moment);
    const changed = placing !== outcome.state;
    placing = outcome.state;
    if (placing.phase === 'placed' && changed) surroundings.onPlaced(placing.placed);
    for (const effect of outcome.effects) act(effect);
    if (changed) surroundings.onState(placing);
    sleep();
  }

  function sleep(): void {
    stopTimer();
    const dueAt = placingDueAt(placing);
    if (dueAt === undefined) return;
    stopTimer = surroundings.startTimer(
      () => {
        clock.atLeast(dueAt);
        put({ type: 'tick' });
      },
      Math.max(0, dueAt - clock.now()),
    );
  }

  function act({ type, attempt }: PlacingEffect): void {
    if (type === 'store') surroundings.store.save(attempt);
    else if (type === 'forget') surroundings.store.remove(attempt);
    else
      void surroundings.post(attempt).then(
        outcome => put({ type: 'outcome', key: attempt.key, outcome }),
        () => put({ type: 'outcome', key: attempt.key, outcome: { type: 'unknown', retryAfterMs: undefined } }),
      );
  }

  const [unfinished] = surroundings.store.all();
  if (unfinished !== undefined)
    put({ type: 'resume', attempt: unfinished, ageMs: surroundings.now() - unfinished.startedAt });
  return {
    submit(shop, key, body) {
      const attempt = { key, shop, body: JSON.stringify(body), startedAt: surroundings.now(), isSent: false };
      put({ type: 'submit', attempt });
    },
    goOn: () => put({ type: 'go-on', startedAt: surroundings.now() }),
    giveUp: () => put({ type: 'give-up' }),
    forget: key => put({ type: 'forgotten', key }),
    clear: () => put({ type: 'clear' }),
    end() {
      ended = true;
      stopTimer();
      stopWake();
    },
  };
}

/** A try without an answer for this long has an unknown outcome. */
const TRY_MS = 15_000;

/**
 * Posts an attempt to `bill`, does the task that it may set, and says what its answer means. Rejects like `fetch` does:
 * then the outcome is unknown.
 */
export async function postAttempt(billUrl: string, attempt: Attempt, fetching: typeof fetch): Promise<TryOutcome> {
  const reply = await post(billUrl, attempt, {}, fetching);
  const answer = readAnswer(reply, isPlacedOrder);
  const task = answer.type === 'refusal' && answer.error.code === 'proof_required' ? answer.error.proof : undefined;
  const proof = await doTask(task);
  return outcomeOf(proof === undefined ? reply : await post(billUrl, attempt, { 'order-proof': proof }, fetching));
}

function post(billUrl: string, attempt: Attempt, more: Record<string, string>, fetching: typeof fetch): Promise<Reply> {
  const headers = { 'content-type': 'application/json', 'idempotency-key': attempt.key, ...more };
  return request(billUrl, { method: 'POST', headers, body: attempt.body }, TRY_MS, fetching);
}

/** The refusals that `bill` itself makes of an order (PROTOCOL.md). Only these say that the key holds no order. */
const refusals = new Set<string>([
  'invalid_json',
  'invalid_request',
  'idempotency_key_required',
  'shop_not_found',
  'shop_closed',
  'dish_unavailable',
  'price_changed',
  'below_minimum',
  'area_not_served',
  'fulfilment_unavailable',
  'slot_full',
  'too_large',
  'unsupported_media_type',
  'idempotency_key_reused',
]);

function outcomeOf(reply: Reply): TryOutcome {
  const retryAfterMs = readRetryAfter(reply.header('retry-after'));
  const answer = readAnswer(reply, isPlacedOrder);
  if (answer.type === 'value') return { type: 'placed', placed: answer.value };
  if (answer.type === 'foreign' || reply.status >= 500) return { type: 'unknown', retryAfterMs };
  if (refusals.has(answer.error.code)) return { type: 'refused', error: answer.error };
  // Too many at once, or our gateway knows of no `bill` at this moment: this try made no order, earlier ones may have.
  return { type: 'later', retryAfterMs };
}

/** Seconds only: the date form of the header would need a clock that agrees with the server's. */
function readRetryAfter(header: string | null): number | undefined {
  return header !== null && /^\d{1,6}$/.test(header) ? Number(header) * 1_000 : undefined;
}
