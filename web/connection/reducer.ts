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

/** One turn of a reducer: a private copy of the state, written to, and the effects so far. */
export interface Turn<State, Effect> {
  readonly draft: { -readonly [K in keyof State]: State[K] };
  readonly effects: Effect[];
  readonly moment: Moment;
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

/** One turn of a reducer: `take` takes the input in, then what is due is done. */
export function takeTurn<State extends object, Effect>(
  state: State,
  moment: Moment,
  take: (turn: Turn<State, Effect>) => void,
  agenda: (turn: Turn<State, Effect>) => Due[],
): Outcome<State, Effect> {
  const turn: Turn<State, Effect> = { draft: { ...state }, effects: [], moment };
  take(turn);
  doWhatIsDue(() => agenda(turn), moment.now);
  return { state: turn.draft, effects: turn.effects };
}

/** When a reducer with this agenda wants its next turn; `undefined` while it waits for others only. */
export function nextTurnAt<State extends object>(
  state: State,
  agenda: (turn: Turn<State, never>) => Due[],
): number | undefined {
  // The agenda's actions are not called here, so a moment is not needed.
  const due = agenda({ draft: { ...state }, effects: [], moment: { now: 0, random: 0 } });
  return due.length === 0 ? undefined : Math.min(...due.map(({ at }) => at));
}

/** Does what is due, the earliest first, until nothing is. `agenda` is asked anew after each, since doing one changes the rest. */
function doWhatIsDue(agenda: () => Due[], now: number): void {
  for (;;) {
    const next = agenda().reduce<Due | undefined>(
      (first, due) => (first && first.at <= due.at ? first : due),
      undefined,
    );
    if (next === undefined || next.at > now) return;
    next.act();
  }
}
