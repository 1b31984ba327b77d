/**
 * Does `total` pieces of work, at most `inFlight` at a time, each as soon as another is done. Answers how long each took
 * and how long all took, in milliseconds.
 */
export async function load(
  total: number,
  inFlight: number,
  work: (index: number) => Promise<unknown>,
): Promise<{ each: number[]; all: number }> {
  const each: number[] = [];
  let next = 0;
  async function lane() {
    while (next < total) {
      const index = next++;
      const begun = performance.now();
      await work(index);
      each.push(performance.now() - begun);
    }
  }
  const begun = performance.now();
  await Promise.all(Array.from({ length: Math.min(inFlight, total) }, lane));
  return { each, all: performance.now() - begun };
}

/** How often per second. */
export function perSecond(count: number, ms: number): number {
  return (count / ms) * 1000;
}
