/** Letters that Unicode does not take apart into a plain one and a mark. */
const PLAIN: Readonly<Record<string, string>> = { ß: 'ss', æ: 'ae', œ: 'oe', ø: 'o', ł: 'l', đ: 'd', ð: 'd', ı: 'i' };

/**
 * Whether a text has every word that was typed, wherever. Case, width, accents, spaces and punctuation do not count,
 * nor whether two words are written as one: "kungpao" finds "Kung Pao", "creme" finds "Crème". So do the first letters
 * of words in a row: "kpc" finds "Kung Pao Chicken".
 */
export function isFound(text: string, typed: string): boolean {
  return createMatcher(typed)(text);
}

/** Creates a function that does `isFound` for many texts. */
export function createMatcher(typed: string): (text: string) => boolean {
  const wanted = wordsOf(typed);
  if (wanted.length === 0) return text => text.includes(typed.trim());
  return text => {
    const { joined, initials } = readText(text);
    return wanted.every(word => joined.includes(word) || (word.length > 1 && initials.includes(word)));
  };
}

/** Prepares texts, so that their first search is as fast as the next. */
export function indexTexts(texts: readonly string[]): void {
  for (const text of texts) readText(text);
}

/** What a search looks at in a text. */
interface Readable {
  joined: string;
  initials: string;
}

/** Taking a text apart is slow, and a menu is searched anew with every key. */
const readTexts = new Map<string, Readable>();
const MOST_TEXTS = 5_000;

function readText(text: string): Readable {
  const known = readTexts.get(text);
  if (known !== undefined) return known;
  const words = wordsOf(text);
  const read = { joined: words.join(''), initials: words.map(([first]) => first).join('') };
  if (readTexts.size >= MOST_TEXTS) readTexts.clear();
  readTexts.set(text, read);
  return read;
}

function wordsOf(text: string): string[] {
  return text
    .toLowerCase()
    .normalize('NFKD')
    .replace(/[\p{M}'’‘`]+/gu, '')
    .replace(/[ßæœøłđðı]/g, letter => PLAIN[letter] ?? letter)
    .split(/[^\p{L}\p{N}]+/u)
    .filter(word => word !== '');
}
