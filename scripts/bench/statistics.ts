/** The value below which `share` (0 to 1) of the values lie. @throws Error when there are none */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const value = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
  if (value === undefined) throw new Error('nothing was measured');
  return value;
}

/** The middle value. @throws Error when there are none */
export function median(values: readonly number[]): number {
  return percentile(values, 0.5);
}

/** What one measurement gave, by name. */
type Figures<Figure extends string> = Record<Figure, number>;

/**
 * Measures every subject once per round, in turns, so that what the machine does meanwhile falls on all of them, after
 * one round to warm up. Answers the medians over the rounds.
 */
export async function inRounds<Subject extends string, Figure extends string>(
  rounds: number,
  subjects: Record<Subject, () => Promise<Figures<Figure>>>,
): Promise<Record<Subject, Figures<Figure>>> {
  const entries = Object.entries(subjects) as [Subject, () => Promise<Figures<Figure>>][];
  const measured = new Map<Subject, Figures<Figure>[]>(entries.map(([subject]) => [subject, []]));
  for (let round = 0; round <= rounds; round++) {
    const turn = round % 2 === 0 ? entries : entries.toReversed();
    for (const [subject, measure] of turn) {
      globalThis.gc?.();
      const figures = await measure();
      if (round > 0) measured.get(subject)?.push(figures);
    }
  }
  const medians = entries.map(([subject]) => [subject, mediansOf(measured.get(subject) ?? [])]);
  return Object.fromEntries(medians) as Record<Subject, Figures<Figure>>;
}

function mediansOf<Figure extends string>(rounds: Figures<Figure>[]): Figures<Figure> {
  const names = Object.keys(rounds[0] ?? {}) as Figure[];
  return Object.fromEntries(names.map(name => [name, median(rounds.map(round => round[name]))])) as Figures<Figure>;
}
