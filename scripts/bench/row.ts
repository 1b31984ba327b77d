/** A line of the table. Figures are of one unit. */
export interface Row {
  measure: string;
  unit: 'ms' | 'µs' | '/s' | 'kB' | 'bytes' | 'writes';
  /** What the figure is compared with, measured in the same run. */
  floor?: number;
  ours: number;
  goal?: Goal;
}

/** What `ours` is to reach. `words` say it as it is written in the table. */
export interface Goal {
  limit: number;
  is: 'most' | 'least';
  words: string;
}

/** At most so many times the floor. `from` is the pair of figures the ratio was taken from, if it was. */
export function atMost(floor: number, ratio: number, from?: string): Goal {
  return { limit: floor * ratio, is: 'most', words: `≤ ${ratio} ×${from === undefined ? '' : ` (${from})`}` };
}

/** At least so many times the floor. */
export function atLeast(floor: number, ratio: number, from?: string): Goal {
  return { limit: floor * ratio, is: 'least', words: `≥ ${ratio} ×${from === undefined ? '' : ` (${from})`}` };
}

/** Whether the goal is met; a row without one meets it. */
export function meetsGoal({ ours, goal }: Row): boolean {
  if (goal === undefined) return true;
  return goal.is === 'most' ? ours <= goal.limit : ours >= goal.limit;
}

/** How thorough to be. */
export interface SectionOptions {
  /** Every figure is the median of so many. */
  rounds: number;
  /** Sizes that take minutes to fill in. */
  full: boolean;
  /** How long each flood lasts. */
  minutes?: number;
  /** Which flood alone. */
  kind?: string;
}

/** A part of the benchmark. It reports every figure as soon as it has it. */
export type Section = (options: SectionOptions, report: (row: Row) => void) => Promise<void>;

/** What `run-section.ts` is started with. */
export interface SectionArgument extends SectionOptions {
  name: string;
}
