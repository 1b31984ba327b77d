/** A clock that only the simulation moves, and what is to happen by it. */
export interface VirtualTime {
  /** Milliseconds since 1970. */
  now(): number;
  /**
   * Lets something happen later; the function it gives prevents that. What is `hasty` arrives soon once everything has
   * healed, however late it was meant to be.
   */
  later(ms: number, happen: () => void, hasty?: 'hasty'): () => void;
  /** A promise that is kept then. */
  wait(ms: number): Promise<void>;
  /** Says that promises have something to do: before the clock moves on they are done. */
  stir(): void;
  /** What is hasty and still under way arrives within that time. */
  hasten(withinMs: number): void;
  pass(ms: number): Promise<void>;
}

interface Happening {
  at: number;
  serial: number;
  happen: (() => void) | undefined;
  hasty: boolean;
}

/** Starts a clock. Things of the same millisecond happen in the order in which they were planned. */
export function virtualTime(start: number): VirtualTime {
  let now = start;
  let serial = 0;
  let heap: Happening[] = [];
  let stirred = false;

  function later(ms: number, happen: () => void, hasty?: 'hasty'): () => void {
    serial += 1;
    const happening: Happening = { at: now + Math.max(0, ms), serial, happen, hasty: hasty !== undefined };
    push(heap, happening);
    return () => {
      happening.happen = undefined;
    };
  }

  return {
    now: () => now,
    later,
    wait: ms =>
      new Promise(resolve => {
        later(
          ms,
          () => {
            stirred = true;
            resolve();
          },
          'hasty',
        );
      }),
    stir() {
      stirred = true;
    },
    hasten(withinMs) {
      const all = heap.filter(({ happen }) => happen !== undefined);
      heap = [];
      for (const each of all) {
        if (each.hasty && each.at > now + withinMs) each.at = now + (each.serial % withinMs);
        push(heap, each);
      }
    },
    async pass(ms) {
      const end = now + ms;
      if (stirred) await promisesKept();
      stirred = false;
      for (let first = heap[0]; first !== undefined && first.at <= end; first = heap[0]) {
        pop(heap);
        if (first.happen === undefined) continue;
        now = first.at;
        first.happen();
        if (!stirred) continue;
        await promisesKept();
        stirred = false;
      }
      now = end;
    },
  };
}

/** A tick of Node's comes only when no promise has anything left to do. */
function promisesKept(): Promise<void> {
  return new Promise(resolve => process.nextTick(resolve));
}

function isBefore(a: Happening, b: Happening): boolean {
  return a.at < b.at || (a.at === b.at && a.serial < b.serial);
}

function push(heap: Happening[], happening: Happening): void {
  let index = heap.length;
  heap.push(happening);
  while (index > 0) {
    const above = (index - 1) >> 1;
    const parent = heap[above];
    if (parent === undefined || !isBefore(happening, parent)) break;
    heap[index] = parent;
    index = above;
  }
  heap[index] = happening;
}

function pop(heap: Happening[]): void {
  const last = heap.pop();
  if (last === undefined || heap.length === 0) return;
  let index = 0;
  for (;;) {
    let below = 2 * index + 1;
    const [left, right] = [heap[below], heap[below + 1]];
    if (left === undefined) break;
    if (right !== undefined && isBefore(right, left)) below += 1;
    const child = heap[below];
    if (child === undefined || !isBefore(child, last)) break;
    heap[index] = child;
    index = below;
  }
  heap[index] = last;
}
