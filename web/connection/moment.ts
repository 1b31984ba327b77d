/**
 * All that a reducer learns of the world besides its input. `now` is milliseconds on a clock that never goes back and
 * goes on while the device sleeps; `random` is in [0, 1), fresh for every input.
 */
export interface Moment {
  now: number;
  random: number;
}

/** What a reducer gives: the next state, and what the caller has to do, in this order. */
export interface Outcome<State, Effect> {
  state: State;
  effects: Effect[];
}

/** What has to be done, and from when on. The earliest one is what the caller's timer waits for. */
export interface Due {
  at: number;
  act: () => void;
}

/** Milliseconds to wait before try `attempt` (0, 1, 2 …): anything up to 1, 2, 4 … 30 s, so that crowds spread out. */
export function fullJitterMs(attempt: number, random: number): number {
  return Math.floor(random * Math.min(30_000, 1_000 * 2 ** Math.min(attempt, 10)));
}

/** Does what is due, the earliest first, until nothing is. `agenda` is asked anew after each, since doing one changes the rest. */
export function doWhatIsDue(agenda: () => Due[], now: number): void {
  for (;;) {
    const next = agenda().reduce<Due | undefined>(
      (first, due) => (first && first.at <= due.at ? first : due),
      undefined,
    );
    if (next === undefined || next.at > now) return;
    next.act();
  }
}

/** When the earliest thing on the agenda is due. */
export function earliest(agenda: Due[]): number | undefined {
  return agenda.length === 0 ? undefined : Math.min(...agenda.map(due => due.at));
}
