/** What happens to bytes on their way. `half-open`: they vanish, and nobody is told. */
export type Weather = { kind: 'pass' } | { kind: 'slow'; ms: number } | { kind: 'half-open' } | { kind: 'refuse' };

/** One direction of one connection: keeps the order, whatever the weather does in between. */
export interface Lane {
  push(chunk: Buffer): void;
  /** Keeps everything back from here on. */
  hold(): void;
  /** Lets go what was held, and what comes. */
  release(): void;
  /** Calls back when everything before has gone; never, once bytes have vanished here. */
  finish(then: () => void): void;
  /** Forgets what has not gone yet. */
  end(): void;
}

/** A lane that hands its chunks to `write`. Once bytes have vanished, all later ones do: TCP has no gaps. */
export function createLane(write: (chunk: Buffer) => void, weather: () => Weather): Lane {
  let waiting: { due: number; act: () => void }[] = [];
  let isHeld = false;
  let isDead = false;
  let timer: NodeJS.Timeout | undefined;

  function add(act: () => void): void {
    const now = weather();
    if (now.kind === 'half-open') isDead = true;
    if (isDead) return;
    waiting.push({ due: Date.now() + (now.kind === 'slow' ? now.ms : 0), act });
    flush();
  }

  function flush(): void {
    clearTimeout(timer);
    timer = undefined;
    for (let next = waiting[0]; next !== undefined && !isHeld; next = waiting[0]) {
      const left = next.due - Date.now();
      if (left > 0) {
        timer = setTimeout(flush, left);
        return;
      }
      waiting.shift();
      next.act();
    }
  }

  return {
    push: chunk => add(() => write(chunk)),
    finish: then => add(then),
    hold() {
      isHeld = true;
    },
    release() {
      isHeld = false;
      flush();
    },
    end() {
      waiting = [];
      isDead = true;
      clearTimeout(timer);
    },
  };
}
