import { Refusal, statusOfCode } from '../../functions/domain/refusal.ts';
import type { Attempt, TryOutcome } from '../../web/connection/placing.ts';
import type { Functions } from './functions.ts';
import type { Random } from './random.ts';
import type { VirtualTime } from './virtual-time.ts';
import type { Weather } from './weather.ts';

/** The way from customers to `bill`. */
export interface Http {
  /** One request, and what its answer means. */
  post(attempt: Attempt): Promise<TryOutcome>;
  /** Keys of which two tries were under way at once: then a refusal of one says nothing of the other. */
  overlapping: ReadonlySet<string>;
}

/** A customer's page waits this long for an answer. */
const TRY_MS = 15_000;

/** HTTP, on which requests and answers may be lost. */
export function http(world: { time: VirtualTime; random: Random; weather(): Weather; functions: Functions }): Http {
  const { time, random, weather, functions } = world;
  const trying = new Map<string, number>();
  const overlapping = new Set<string>();

  async function request({ key, body }: Attempt): Promise<TryOutcome> {
    const unknown: TryOutcome = { type: 'unknown', retryAfterMs: undefined };
    const isLost = random.chance(weather().httpLoss);
    await time.wait(isLost ? TRY_MS : 1 + random.below(20));
    if (isLost) return unknown;
    const ending = await Promise.race([functions.bill(key, body), time.wait(TRY_MS)]);
    if (ending === undefined || ending.type === 'died') return unknown;
    if (random.chance(weather().httpLoss)) {
      await time.wait(TRY_MS);
      return unknown;
    }
    if (ending.type === 'answered') return { type: 'placed', placed: JSON.parse(ending.answer.body) };
    return outcomeOf(ending.error);
  }

  return {
    overlapping,
    async post(attempt) {
      const { key } = attempt;
      if (trying.has(key)) overlapping.add(key);
      trying.set(key, (trying.get(key) ?? 0) + 1);
      const outcome = await request(attempt);
      const left = (trying.get(key) ?? 1) - 1;
      if (left === 0) trying.delete(key);
      else trying.set(key, left);
      time.stir();
      return outcome;
    },
  };
}

/** As apigateway/tencent/http-function.ts answers it, and web/connection/place.ts reads it. */
function outcomeOf(error: unknown): TryOutcome {
  const status = error instanceof Refusal ? statusOfCode[error.code] : 500;
  if (status >= 500) return { type: 'unknown', retryAfterMs: undefined };
  const { code, message } = error as Refusal;
  return code === 'rate_limited'
    ? { type: 'later', retryAfterMs: undefined }
    : { type: 'refused', error: { code, message } };
}
