/** A line of the table. Figures are of one unit. */
export interface Row {
  measure: string;
  unit: 'ms' | 'µs' | '/s' | 'kB' | 'bytes';
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
