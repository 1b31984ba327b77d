import { createMemory } from './memory.ts';

/** How often something may be done: so many times at once, then so many a second. */
export interface Pace {
  burst: number;
  perSecond: number;
}

/** So many are remembered: those that were met longest ago are forgotten first. */
const MOST = 10_000;

/** Counts what each key does. */
export interface Paces<Kept> {
  /** Whether this one is within the pace; it is counted if it is. */
  take(key: string): boolean;
  /** Whether the next one would be within the pace. Nothing is counted. */
  has(key: string): boolean;
  /** What was kept with the key, as long as it is remembered. */
  kept(key: string): Kept | undefined;
  keep(key: string, value: Kept): void;
}

/** Makes the counters of a process: a bucket for each key, filled when it is looked at. `now` is in milliseconds. */
export function createPaces<Kept>({ burst, perSecond }: Pace, now: () => number, most = MOST): Paces<Kept> {
  const buckets = createMemory<{ tokens: number; at: number; kept?: Kept }>(most);

  /** To the end of the line with it. */
  function bucketOf(key: string) {
    const bucket = buckets.get(key) ?? { tokens: burst, at: now() };
    buckets.set(key, bucket);
    return bucket;
  }

  function tokensAt({ tokens, at }: { tokens: number; at: number }, time: number): number {
    return Math.min(burst, tokens + ((time - at) * perSecond) / 1_000);
  }

  return {
    take(key) {
      const bucket = bucketOf(key);
      const at = now();
      bucket.tokens = tokensAt(bucket, at);
      bucket.at = at;
      if (bucket.tokens < 1) return false;
      bucket.tokens -= 1;
      return true;
    },
    has(key) {
      const bucket = buckets.get(key);
      return bucket === undefined || tokensAt(bucket, now()) >= 1;
    },
    kept: key => buckets.get(key)?.kept,
    keep(key, value) {
      bucketOf(key).kept = value;
    },
  };
}
