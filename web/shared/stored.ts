/** Reads a value that `store` has stored on this device; `undefined` when there is none, or none that can be read. */
export function readStored(name: string, area: 'local' | 'session' = 'local'): unknown {
  try {
    const text = storage(area).getItem(PREFIX + name);
    return text === null ? undefined : JSON.parse(text);
  } catch {
    return undefined; // storage may be forbidden, full, or hold something of an earlier version
  }
}

/**
 * Stores a value, or removes it (`undefined`). Returns false when storage is full or forbidden: the page works without.
 */
export function store(name: string, value: unknown, area: 'local' | 'session' = 'local'): boolean {
  try {
    if (value === undefined) storage(area).removeItem(PREFIX + name);
    else storage(area).setItem(PREFIX + name, JSON.stringify(value));
    return true;
  } catch {
    return false;
  }
}

/** Returns the names of stored values that begin with a text. */
export function storedNames(beginning: string): string[] {
  try {
    return Object.keys(storage('local'))
      .filter(key => key.startsWith(PREFIX + beginning))
      .map(key => key.slice(PREFIX.length));
  } catch {
    return [];
  }
}

/** Keeps our names apart from those of other pages of this origin. */
const PREFIX = 'order.';

function storage(area: 'local' | 'session'): Storage {
  return area === 'local' ? localStorage : sessionStorage;
}

/** Calls back with the name of each value that another tab changes or removes; gives the function that ends this. */
export function whenStoredElsewhere(callback: (name: string) => void): () => void {
  const tell = ({ key }: StorageEvent) => {
    if (key?.startsWith(PREFIX)) callback(key.slice(PREFIX.length));
  };
  addEventListener('storage', tell);
  return () => removeEventListener('storage', tell);
}

/** Calls back with the name of each value that another tab removes. */
export function whenForgottenElsewhere(callback: (name: string) => void): void {
  addEventListener('storage', ({ key, newValue }) => {
    if (key?.startsWith(PREFIX) && newValue === null) callback(key.slice(PREFIX.length));
  });
}
