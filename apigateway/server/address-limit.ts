/** Counts the connections of each address. */
export interface AddressLimit {
  /** Counts one more, until `release`; `false` when there are too many already. */
  admit(address: string): boolean;
  release(address: string): void;
}

/** Allows `most` connections for each address; 0 is no limit. An empty address is not known, and any number's. */
export function createAddressLimit(most: number): AddressLimit {
  const counts = new Map<string, number>();
  return {
    admit(address) {
      if (address === '') return true;
      const count = counts.get(address) ?? 0;
      if (most > 0 && count >= most) return false;
      counts.set(address, count + 1);
      return true;
    },
    release(address) {
      const left = (counts.get(address) ?? 1) - 1;
      if (left === 0) counts.delete(address);
      else counts.set(address, left);
    },
  };
}
