import { createHash } from 'node:crypto';

/** Names a connection may get. With a thousand members, one in three thousand needs more than two of them. */
const NAMES_PER_CONNECTION = 8;

/** Consonants, so that no name is a word; 160,000 names. */
const letters = 'BCDFGHJKLMNPQRSTVWXZ';

/**
 * The names that a connection may have, four letters each, in the order to try them. They follow from its id, so that
 * whoever knows the id alone knows where to look for it.
 */
export function lettersOf(id: string): string[] {
  const digest = createHash('sha256').update(id, 'utf8').digest();
  return Array.from({ length: NAMES_PER_CONNECTION }, (_, index) => nameOf(digest.readUInt32BE(index * 4)));
}

/** The first letters of all names. */
export const firstLetters: readonly string[] = [...letters];

function nameOf(number: number): string {
  let name = '';
  for (let rest = number; name.length < 4; rest = Math.floor(rest / letters.length)) {
    name += letters[rest % letters.length];
  }
  return name;
}
