/** Values by key, as many as may be. */
export interface Memory<Value> {
  get(key: string): Value | undefined;
  /** Whoever is set again is met anew. */
  set(key: string, value: Value): void;
  delete(key: string): void;
}

/**
 * Makes one for keys that strangers make up: it remembers only so many, and first forgets those that were set longest
 * ago.
 */
export function createMemory<Value>(most: number): Memory<Value> {
  const values = new Map<string, Value>();
  return {
    get: key => values.get(key),
    set(key, value) {
      // To the end of the line.
      values.delete(key);
      values.set(key, value);
      const [oldest] = values.keys();
      if (values.size > most && oldest !== undefined) values.delete(oldest);
    },
    delete: key => void values.delete(key),
  };
}
