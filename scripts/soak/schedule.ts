import { pick, seeded } from '../../tests/support/random.ts';

/** Every kind of fault, with what it happens to and how long it lasts: `[target, shortest, longest]`, milliseconds. */
const kinds = {
  'postgres-kill': ['postgres', 200, 2_000],
  'postgres-freeze': ['postgres', 500, 5_000],
  'backends-terminated': ['postgres', 0, 0],
  'function-kill': ['function', 100, 1_500],
  'function-freeze': ['function', 500, 8_000],
  'gateway-kill': ['gateway', 100, 1_500],
  'gateway-freeze': ['gateway', 500, 4_000],
  'database-cut': ['way', 200, 2_000],
  'database-slow': ['way', 1_000, 4_000],
  'database-half-open': ['way', 500, 4_000],
  'pushes-dropped': ['pushes', 1_000, 6_000],
  'pushes-tripled': ['pushes', 1_000, 6_000],
  'pushes-shuffled': ['pushes', 1_000, 6_000],
  'pushes-failed': ['pushes', 1_000, 6_000],
  'screens-dropped': ['screens', 0, 0],
  'foreign-answers': ['answers', 1_000, 6_000],
  // Long enough, at times, for both ends to notice.
  'link-frozen': ['links', 1_000, 70_000],
} as const satisfies Record<string, readonly [string, number, number]>;

/** What can go wrong besides with a standby and a pooler. */
const fullKinds = {
  'primary-lost': ['postgres', 500, 4_000],
  'standby-cut': ['postgres', 500, 4_000],
  'waits-cancelled': ['waits', 500, 3_000],
  'pooler-kill': ['pooler', 200, 2_000],
} as const satisfies Record<string, readonly [string, number, number]>;

const allKinds = { ...kinds, ...fullKinds };

/** What can go wrong. */
export type FaultKind = keyof typeof allKinds;

/** Those of every soak. */
export const faultKinds = Object.keys(kinds) as FaultKind[];

/** Those of a full one; a pooler can fail where there is one. */
export function fullFaultKinds(hasPooler: boolean): FaultKind[] {
  const more = Object.keys(fullKinds) as FaultKind[];
  return [...faultKinds, ...more.filter(kind => hasPooler || kind !== 'pooler-kill')];
}

/** One fault. `host` is which of the function hosts, where that matters. Milliseconds from the start. */
export interface Fault {
  kind: FaultKind;
  /** What it happens to: faults of one target follow one another. */
  target: string;
  host: number;
  atMs: number;
  forMs: number;
  /** For what chance decides while it lasts. */
  seed: number;
}

/** The faults of a soak: the same for the same seed. Two never happen to the same thing at once. */
export function scheduleOf(seed: number, minutes: number, hosts: number, among = faultKinds): Fault[] {
  const random = seeded(seed);
  const busyUntil = new Map<string, number>();
  const faults: Fault[] = [];
  const endMs = minutes * 60_000;
  for (let atMs = 1_000; atMs < endMs; atMs += 200 + random() * 1_600) {
    const kind = pick(among, random);
    const [part, shortest, longest] = allKinds[kind];
    const host = Math.floor(random() * hosts);
    const forMs = Math.min(shortest + random() * (longest - shortest), endMs - atMs);
    const target = part === 'function' || part === 'way' ? `${part} ${host}` : part;
    const faultSeed = Math.floor(random() * 2 ** 32);
    if ((busyUntil.get(target) ?? 0) > atMs) continue;
    busyUntil.set(target, atMs + forMs + 500);
    faults.push({ kind, target, host, atMs: Math.round(atMs), forMs: Math.round(forMs), seed: faultSeed });
  }
  return faults;
}
