import { countedAddress } from '../network-address.ts';

/** Counts how often something comes from each address. */
export interface AddressRate {
  /** Counts one. `false`: it has come too often. */
  take(address: string): boolean;
  /**
   * Counts one that can wait for its turn: milliseconds until then, none where it is now. `undefined`: that would be longer
   * than `mostMs`, and it is not counted.
   */
  turn(address: string, mostMs: number): number | undefined;
}

interface Bucket {
  tokens: number;
  at: number;
}

/** More addresses than this are not remembered: those that have been quiet for long enough are forgotten first. */
const MAX_BUCKETS = 20_000;

/**
 * Allows `perSecond` of each address, and `burst` at once; 0 of either is no limit. Addresses count as in
 * `createAddressCount`: those that are not known share one bucket.
 */
export function createAddressRate(perSecond: number, burst: number, now = () => performance.now()): AddressRate {
  const buckets = new Map<string, Bucket>();
  const perMs = perSecond / 1000;
  const tokensAt = (bucket: Bucket, time: number) => Math.min(burst, bucket.tokens + (time - bucket.at) * perMs);

  /** A bucket that is full again says no more than none. */
  function forgetFull(time: number) {
    for (const [address, bucket] of buckets) if (tokensAt(bucket, time) >= burst) buckets.delete(address);
    for (const address of buckets.keys()) {
      if (buckets.size < MAX_BUCKETS) return;
      buckets.delete(address);
    }
  }

  function turn(address: string, mostMs: number): number | undefined {
    if (perSecond === 0 || burst === 0) return 0;
    const counted = countedAddress(address) ?? 'unknown';
    const time = now();
    const known = buckets.get(counted);
    if (known === undefined && buckets.size >= MAX_BUCKETS) forgetFull(time);
    // Less than none: others wait for their turn before this one.
    const tokens = (known === undefined ? burst : tokensAt(known, time)) - 1;
    const waitMs = Math.max(0, -tokens / perMs);
    if (waitMs > mostMs) return undefined;
    buckets.set(counted, { tokens, at: time });
    return waitMs;
  }

  return { take: address => turn(address, 0) !== undefined, turn };
}
