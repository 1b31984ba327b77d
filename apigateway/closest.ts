/** The name that somebody probably meant: the one with the fewest letters changed, if those are few. */
export function closest(given: string, names: readonly string[]): string | undefined {
  const lower = given.toLowerCase();
  const ranked = names
    .map(name => ({ name, distance: distanceOf(lower, name.toLowerCase()) }))
    .sort((one, other) => one.distance - other.distance);
  const [first] = ranked;
  return first !== undefined && first.distance <= Math.max(1, Math.floor(given.length / 3)) ? first.name : undefined;
}

/** How many letters have to be added, left out or changed (Levenshtein). */
function distanceOf(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (const [at, letter] of [...one].entries()) {
    const next = [at + 1];
    for (let index = 1; index <= other.length; index += 1) {
      const changed = (row[index - 1] ?? 0) + (letter === other[index - 1] ? 0 : 1);
      next.push(Math.min(changed, (row[index] ?? 0) + 1, (next[index - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
