import { parseArgs } from 'node:util';

/** What the soak was asked to do. */
export interface SoakArguments {
  seed: number;
  minutes: number;
  /** How many customers order, one order after the other. */
  customers: number;
  /** File for the result, JSON. */
  out: string | undefined;
  /** With a standby that takes over, and a pooler where one is installed. */
  isFull: boolean;
}

/** Reads `--seed N --minutes M --customers C --out FILE --full`; a seed is made up unless given. Throws in words for whoever has typed it. */
export function soakArguments(args: string[]): SoakArguments {
  const { values } = parseArgs({
    args,
    options: {
      seed: { type: 'string' },
      minutes: { type: 'string', default: '1' },
      customers: { type: 'string', default: '12' },
      out: { type: 'string' },
      full: { type: 'boolean', default: false },
    },
  });
  const seed = values.seed === undefined ? Math.floor(Math.random() * 2 ** 32) : Number(values.seed);
  const minutes = Number(values.minutes);
  const customers = Number(values.customers);
  if (!Number.isInteger(seed) || seed < 0 || seed >= 2 ** 32)
    throw new Error('--seed must be a whole number below 2^32');
  if (!(minutes > 0 && minutes <= 24 * 60)) throw new Error('--minutes must be a number above 0, at most 1440');
  if (!(Number.isInteger(customers) && customers > 0 && customers <= 1_000))
    throw new Error('--customers must be a whole number from 1 to 1000');
  return { seed, minutes, customers, out: values.out, isFull: values.full };
}
