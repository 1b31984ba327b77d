import type { ProofTask } from '../../functions/domain/frames.ts';

/** How long the page may be kept from anything else, milliseconds. */
const SLICE_MS = 8;
/** Tries between two looks at the clock. */
const BATCH = 256;
/** A challenge and its number have to fit into one block of SHA-256. */
const MAX_CHALLENGE = 40;
const MAX_BITS = 22;

/**
 * Does the task that a shop sets strangers while very much is ordered: `challenge.number`, whose SHA-256 begins with so
 * many zero bits. In slices, so that the page goes on answering. `undefined`: it is no task that this page can do.
 */
export async function doTask(
  task: unknown,
  clock: () => number = () => performance.now(),
): Promise<string | undefined> {
  if (!isWork(task)) return undefined;
  const { challenge, bits } = task;
  let sliceEnds = clock() + SLICE_MS;
  for (let number = 0; number < 2 ** 32; number++) {
    const text = `${challenge}.${number}`;
    if (firstWord(text) >>> (32 - bits) === 0) return text;
    if (number % BATCH !== 0 || clock() < sliceEnds) continue;
    await letOthersRun();
    sliceEnds = clock() + SLICE_MS;
  }
  return undefined;
}

function isWork(task: unknown): task is ProofTask {
  if (typeof task !== 'object' || task === null) return false;
  const { kind, challenge, bits } = task as Partial<ProofTask>;
  if (kind !== 'work' || typeof challenge !== 'string' || !/^[!-~]+$/.test(challenge)) return false;
  return challenge.length <= MAX_CHALLENGE && Number.isInteger(bits) && Number(bits) > 0 && Number(bits) <= MAX_BITS;
}

/** A timer would wait a whole second in a tab that is not shown. */
function letOthersRun(): Promise<void> {
  return new Promise(resolve => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(undefined);
  });
}

/** The first 32 bits of the fractions of the roots of the first primes: cube roots for the rounds, square roots to begin with. */
const primes = Array.from({ length: 320 }, (_, n) => n).filter(
  n => n > 1 && !Array.from({ length: n }, (_, d) => d).some(d => d > 1 && n % d === 0),
);
const fraction = (root: number) => ((root - Math.floor(root)) * 2 ** 32) | 0;
const ROUNDS = Int32Array.from(primes.slice(0, 64), prime => fraction(Math.cbrt(prime)));
const START = Int32Array.from(primes.slice(0, 8), prime => fraction(Math.sqrt(prime)));
const words = new Int32Array(64);

/**
 * The first word of the SHA-256 of an ASCII text of 55 characters at most (FIPS 180-4, 6.2). The browser's own digest is
 * asynchronous, which costs more than the hash.
 */
function firstWord(text: string): number {
  words.fill(0, 0, 16);
  const { length } = text;
  for (let i = 0; i < length; i++) words[i >> 2] = at(i >> 2) | (text.charCodeAt(i) << (24 - 8 * (i & 3)));
  words[length >> 2] = at(length >> 2) | (0x80 << (24 - 8 * (length & 3)));
  words[15] = length * 8;
  for (let t = 16; t < 64; t++)
    words[t] = (small(at(t - 2), 17, 19, 10) + at(t - 7) + small(at(t - 15), 7, 18, 3) + at(t - 16)) | 0;
  return compress();
}

function compress(): number {
  let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = START;
  for (let t = 0; t < 64; t++) {
    const one = (h + large(e, 6, 11, 25) + ((e & f) ^ (~e & g)) + (ROUNDS[t] ?? 0) + at(t)) | 0;
    const two = (large(a, 2, 13, 22) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + one) | 0;
    d = c;
    c = b;
    b = a;
    a = (one + two) | 0;
  }
  return (a + (START[0] ?? 0)) | 0;
}

function at(index: number): number {
  return words[index] ?? 0;
}

function turned(word: number, by: number): number {
  return (word >>> by) | (word << (32 - by));
}

function large(word: number, one: number, two: number, three: number): number {
  return turned(word, one) ^ turned(word, two) ^ turned(word, three);
}

function small(word: number, one: number, two: number, shift: number): number {
  return turned(word, one) ^ turned(word, two) ^ (word >>> shift);
}
