import { countedAddress } from '../network-address.ts';

/** Counts something of each address. */
export interface AddressCount {
  /** Counts one more, until `release`; `false` when there are too many already. */
  admit(address: string): boolean;
  release(address: string): void;
}

/** All whose address is not known are counted as one, and get this part of what one address may have. */
const SHARE_OF_UNKNOWN = 0.1;

/**
 * Allows `most` for each address, all of a /64 of IPv6 together; 0 is no limit. Whoever's address is not known, as an
 * empty text, shares a tenth of it with all others: no honest proxy leaves an address out, so `onUnknown` hears of each.
 */
export function createAddressCount(most: number, onUnknown: () => void): AddressCount {
  const counts = new Map<string, number>();
  return {
    admit(address) {
      const counted = countedAddress(address) ?? UNKNOWN;
      if (counted === UNKNOWN) onUnknown();
      const count = counts.get(counted) ?? 0;
      const limit = counted === UNKNOWN ? Math.ceil(most * SHARE_OF_UNKNOWN) : most;
      if (most > 0 && count >= limit) return false;
      counts.set(counted, count + 1);
      return true;
    },
    release(address) {
      const counted = countedAddress(address) ?? UNKNOWN;
      const left = (counts.get(counted) ?? 1) - 1;
      if (left === 0) counts.delete(counted);
      else counts.set(counted, left);
    },
  };
}

const UNKNOWN = 'unknown';
