/** How much of the process the frames of one API may take. */
export interface TurnLimits {
  /** Calls of transport at once; 0 is no limit. */
  atOnce: number;
  /** Calls of transport a second; 0 is no limit. */
  perSecond: number;
}

/** Lets frames wait until it is their API's turn, so that a flood on one API does not hold up another. */
export interface Turns {
  /** Waits for a turn; `undefined` is now. `done` has to follow. */
  take(address: string): Promise<void> | undefined;
  done(): void;
}

/** Makes the turns of one API. Addresses take turns with each other, and frames of one address go as they came. */
export function createTurns({ atOnce, perSecond }: TurnLimits): Turns {
  const waiting = new Map<string, (() => void)[]>();
  let running = 0;
  let tokens = perSecond;
  let filledAt = performance.now();
  let isTimed = false;

  function fill() {
    const now = performance.now();
    tokens = Math.min(perSecond, tokens + ((now - filledAt) * perSecond) / 1000);
    filledAt = now;
  }

  /** Milliseconds until the next may go; 0 is now, `undefined` when another has to end first. */
  function wait(): number | undefined {
    if (atOnce > 0 && running >= atOnce) return undefined;
    if (perSecond === 0) return 0;
    fill();
    return tokens >= 1 ? 0 : ((1 - tokens) * 1000) / perSecond;
  }

  function begin() {
    running += 1;
    tokens -= 1;
  }

  function goOn() {
    for (const [address, frames] of waiting) {
      const waitMs = wait();
      if (waitMs !== 0) {
        if (waitMs !== undefined && !isTimed) setTimeout(onTimer, Math.ceil(waitMs));
        isTimed ||= waitMs !== undefined;
        return;
      }
      // To the end of the line with this address, if it has more.
      waiting.delete(address);
      const first = frames.shift();
      if (frames.length > 0) waiting.set(address, frames);
      begin();
      first?.();
    }
  }

  function onTimer() {
    isTimed = false;
    goOn();
  }

  return {
    take(address) {
      if (waiting.size === 0 && wait() === 0) {
        begin();
        return undefined;
      }
      return new Promise(resolve => {
        const frames = waiting.get(address) ?? [];
        frames.push(resolve);
        waiting.set(address, frames);
        goOn();
      });
    },
    done() {
      running -= 1;
      goOn();
    },
  };
}
