/** One kind of work of a run. */
export interface Part {
  /** How much it does at once, at most. */
  most: number;
  /** Does some of what is due, and says how much that was. */
  work(): Promise<number>;
  /** How much it has done so far. */
  done: number;
}

/** A part that has done nothing yet. */
export function partOf(most: number, work: Part['work']): Part {
  return { most, work, done: 0 };
}

/**
 * Does a round of parts, one after the other, and gives those that perhaps have more to do. Each part does no more in a
 * round than its share, so that none keeps the others waiting.
 */
export async function round(parts: readonly Part[], onFailure: (error: unknown) => void): Promise<Part[]> {
  const unfinished: Part[] = [];
  for (const part of parts) {
    const count = await part.work().catch((error: unknown) => {
      onFailure(error);
      return 0;
    });
    part.done += count;
    if (count >= part.most) unfinished.push(part);
  }
  return unfinished;
}

/** Round after round, until nothing is due or the time is up. */
export async function rounds(
  parts: readonly Part[],
  isTimeUp: () => boolean,
  onFailure: (error: unknown) => void,
): Promise<void> {
  for (let left = parts; left.length > 0 && !isTimeUp(); ) left = await round(left, onFailure);
}
