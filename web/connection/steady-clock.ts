/** A clock to wait by. Milliseconds, which only mean something to one another. */
export interface SteadyClock {
  /** Never less than it was before. */
  now(): number;
  /** A timer has run out: it is that late, whatever the device's clock says. */
  atLeast(time: number): void;
}

/** Two clocks that differ by less go at their own pace; more than that, and one of them was set or stood still. */
const STEP_MS = 1_000;

/**
 * A clock that no setting of the device's clock can stop. `wall` is milliseconds since 1970: it goes on while the device
 * sleeps, but people and the network set it. `monotonic` cannot be set, but stands still while some devices sleep. This
 * clock follows whichever has gone further. A wall clock that is set forward looks like sleep, so waits may end early;
 * no wait ends late.
 */
export function steadyClock(wall: () => number, monotonic?: () => number): SteadyClock {
  let last = wall();
  const readings = [wall, ...(monotonic === undefined ? [] : [monotonic])].map(read => ({
    read,
    offset: last - read(),
  }));
  return {
    now() {
      const times = readings.map(({ read, offset }) => read() + offset);
      last = Math.max(last, ...times);
      for (const [index, reading] of readings.entries()) {
        const behind = last - (times[index] ?? last);
        if (behind > STEP_MS) reading.offset += behind;
      }
      return last;
    },
    atLeast(time) {
      last = Math.max(last, time);
    },
  };
}

/** The clock of this page. It begins at the device's time. */
export const pageClock: SteadyClock = steadyClock(Date.now, () => performance.now());
