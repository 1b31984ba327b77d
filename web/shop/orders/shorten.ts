/** Texts wider than this are shortened, in letters; a Chinese character counts as two. */
const MAX_WIDTH = 96;

/** The width that is shown of a shortened text: much less, so that shortening saves room. */
const SHORT_WIDTH = 64;

/**
 * Returns the beginning of a long text, up to the end of a word; `undefined` when the text is short enough as it is.
 */
export function shorten(text: string): string | undefined {
  const letters = [...text];
  if (widthOf(letters) <= MAX_WIDTH) return undefined;
  let end = 0;
  for (let width = 0; width < SHORT_WIDTH; end++) width += widthOf(letters.slice(end, end + 1));
  const shown = letters.slice(0, end).join('');
  // Not within a word, which would read like another word; but text without spaces may be cut anywhere.
  const isCut =
    /[\p{L}\p{N}]$/u.test(shown) && /^[\p{L}\p{N}]/u.test(letters[end] ?? '') && !/\p{sc=Han}$/u.test(shown);
  const whole = isCut ? shown.replace(/[\p{L}\p{N}]+$/u, '') : shown;
  return (whole.length * 2 > shown.length ? whole : shown).trimEnd();
}

function widthOf(letters: readonly string[]): number {
  return letters.reduce((sum, letter) => sum + (letter === '\n' ? 24 : letter > '\u2e7f' ? 2 : 1), 0);
}
