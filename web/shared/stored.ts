/** What is kept under a name on this device; `undefined` when there is nothing, or nothing readable. */
export function readStored(name: string, area: 'local' | 'session' = 'local'): unknown {
  try {
    const text = storage(area).getItem(PREFIX + name);
    return text === null ? undefined : JSON.parse(text);
  } catch {
    return undefined; // storage may be forbidden, full, or hold something of an earlier version
  }
}

/** Keeps a value under a name. Answers whether it was kept: a full or forbidden storage is no reason to stop. */
export function store(name: string, value: unknown, area: 'local' | 'session' = 'local'): boolean {
  try {
    if (value === undefined) storage(area).removeItem(PREFIX + name);
    else storage(area).setItem(PREFIX + name, JSON.stringify(value));
    return true;
  } catch {
    return false;
  }
}

/** The names under which something is kept that begin so. */
export function storedNames(beginning: string): string[] {
  try {
    return Object.keys(storage('local'))
      .filter(key => key.startsWith(PREFIX + beginning))
      .map(key => key.slice(PREFIX.length));
  } catch {
    return [];
  }
}

/** Other pages of this origin keep things too. */
const PREFIX = 'order.';

function storage(area: 'local' | 'session'): Storage {
  return area === 'local' ? localStorage : sessionStorage;
}
