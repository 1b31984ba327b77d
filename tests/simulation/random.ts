/** Chance out of a seed: the same seed gives the same numbers. */
export interface Random {
  /** A number in [0, 1). */
  next(): number;
  /** A whole number from 0 to `count - 1`. */
  below(count: number): number;
  /** True with that probability. */
  chance(probability: number): boolean;
  /** One of the items. @throws Error when there is none */
  pick<Item>(items: readonly Item[]): Item;
  uuid(): string;
}

/** Chance out of a seed (mulberry32). */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  const bits = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
  for (let spin = 0; spin < 4; spin++) bits(); // neighbouring seeds begin alike
  const next = () => bits() / 2 ** 32;
  const below = (count: number) => Math.floor(next() * count);
  const hex = () => bits().toString(16).padStart(8, '0');
  return {
    next,
    below,
    chance: probability => probability > 0 && next() < probability,
    pick(items) {
      const item = items[below(items.length)];
      if (item === undefined) throw new Error('nothing to pick from');
      return item;
    },
    uuid() {
      const digits = hex() + hex() + hex() + hex();
      const [a, b, c, d] = [digits.slice(0, 8), digits.slice(8, 12), digits.slice(13, 16), digits.slice(17, 20)];
      return `${a}-${b}-4${c}-8${d}-${digits.slice(20)}`;
    },
  };
}
