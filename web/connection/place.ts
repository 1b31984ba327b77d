import type { WireError } from '../../functions/domain/frames.ts';
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

/** Where unfinished orders outlive the page. Must not throw; a device that cannot store still places, unresumed. */
export interface AttemptStore {
  save(attempt: Attempt): void;
  all(): Attempt[];
  remove(attempt: Attempt): void;
}

/** The world of an order that is placed. */
export interface PlacingSurroundings extends Pick<Surroundings, 'now' | 'random' | 'startTimer' | 'onWake'> {
  post(attempt: Attempt): Promise<TryOutcome>;
  store: AttemptStore;
  /** Called before the attempt is forgotten: whoever keeps the order's token keeps it here. */
  onPlaced(placed: Placed): void;
  onState(placing: Placing): void;
}

/** The order that this page is placing. */
export interface Placer {
  /** Places an order, unless one is on its way. `body` is kept as text from here on. */
  submit(shop: string, key: string, body: unknown): void;
  /** A person's answer to `asking`. */
  goOn(): void;
  giveUp(): void;
  /** After `placed` or `refused`: ready for the next one. */
  clear(): void;
  end(): void;
}

/** Binds the placing reducer to HTTP, storage and a timer, and takes up what an earlier page left unfinished. */
export function startPlacing(surroundings: PlacingSurroundings): Placer {
  let placing: Placing = notPlacing;
  let stopTimer = () => {};
  let ended = false;
  const stopWake = surroundings.onWake(() => put({ type: 'wake' }));

  function put(input: PlacingInput): void {
    if (ended) return;
    const outcome = reducePlacing(placing, input, { now: surroundings.now(), random: surroundings.random() });
    const changed = placing !== outcome.state;
    placing = outcome.state;
    if (placing.phase === 'placed' && changed) surroundings.onPlaced(placing.placed);
    for (const effect of outcome.effects) act(effect);
    if (changed) surroundings.onState(placing);
    stopTimer();
    const dueAt = placingDueAt(placing);
    if (dueAt !== undefined)
      stopTimer = surroundings.startTimer(() => put({ type: 'tick' }), Math.max(0, dueAt - surroundings.now()));
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
  if (unfinished !== undefined) put({ type: 'resume', attempt: unfinished });
  return {
    submit: (shop, key, body) =>
      put({ type: 'submit', attempt: { key, shop, body: JSON.stringify(body), startedAt: surroundings.now() } }),
    goOn: () => put({ type: 'go-on' }),
    giveUp: () => put({ type: 'give-up' }),
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

/** Posts an attempt to `bill`, and says what its answer means. Rejects like `fetch` does: then the outcome is unknown. */
export async function postAttempt(billUrl: string, attempt: Attempt, fetching: typeof fetch): Promise<TryOutcome> {
  const response = await fetching(billUrl, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': attempt.key },
    body: attempt.body,
    signal: AbortSignal.timeout(TRY_MS),
  });
  const retryAfterMs = readRetryAfter(response.headers.get('retry-after'));
  if (response.status === 429) return { type: 'later', retryAfterMs };
  const answer: unknown = await response.json().catch(() => undefined);
  if (response.ok && isPlaced(answer)) return { type: 'placed', placed: answer };
  if (response.status >= 400 && response.status < 500)
    return { type: 'refused', error: errorOf(answer) ?? { code: `http_${response.status}`, message: '' } };
  return { type: 'unknown', retryAfterMs };
}

/** Seconds only: the date form of the header would need a clock that agrees with the server's. */
function readRetryAfter(header: string | null): number | undefined {
  return header !== null && /^\d{1,6}$/.test(header) ? Number(header) * 1_000 : undefined;
}

function isPlaced(answer: unknown): answer is Placed {
  if (typeof answer !== 'object' || answer === null || !('order' in answer) || !('token' in answer)) return false;
  const { order, token } = answer;
  return typeof order === 'object' && order !== null && 'id' in order && typeof token === 'string';
}

function errorOf(answer: unknown): WireError | undefined {
  if (typeof answer !== 'object' || answer === null || !('error' in answer)) return undefined;
  const { error } = answer;
  return typeof error === 'object' && error !== null && 'code' in error ? (error as WireError) : undefined;
}
