/** Half of a character: what is left when a paste was cut in the middle of an emoji. UTF-8 cannot hold it. */
const HALF_CHARACTERS = /[\uD800-\uDFFF]/gu;

/**
 * Characters that nobody typed: controls, marks of a byte order, and the marks of a writing direction that contact apps
 * put around phone numbers. Joiners and variation selectors are not among them: emoji and several scripts need them.
 */
const UNTYPED =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: controls are what this finds
  /[\u0000-\u0008\u000E-\u001F\u007F-\u0084\u0086-\u009F\u00AD\u061C\u200B\u200E\u200F\u202A-\u202E\u2060-\u206F\uFEFF\uFFF9-\uFFFB]/g;

const LINE_BREAKS = /\r\n|[\n\r\v\f\u0085\u2028\u2029]/g;

/** Joiners join nothing at the ends of a text. */
const ENDS = /^[\s\u200C\u200D]+|[\s\u200C\u200D]+$/g;

/** A text of one line as it was meant: pasted line breaks and tabs are spaces, invisible characters are gone. */
export function tidyLine(text: string): string {
  return withoutUntyped(text).replace(LINE_BREAKS, ' ').replace(/\s+/g, ' ').replace(ENDS, '');
}

/** A text of several lines as it was meant. Lines stay, but for more than one empty line in a row. */
export function tidyLines(text: string): string {
  return withoutUntyped(text)
    .replace(LINE_BREAKS, '\n')
    .split('\n')
    .map(line => line.replace(/\s+/g, ' ').replace(/ $/, ''))
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .replace(ENDS, '');
}

/** A text that stays as it was typed, apart from what the wire cannot carry. */
export function sendableText(text: string): string {
  return text.replace(HALF_CHARACTERS, '').replaceAll('\0', '');
}

/** Characters as the wire counts them: code points. */
export function lengthOf(text: string): number {
  return [...text].length;
}

/** The digits of every script as 0 to 9, full-width signs as plain ones, and nothing invisible. */
export function plainDigits(text: string): string {
  return withoutUntyped(text.normalize('NFKC'))
    .replace(/[\p{M}\u200C\u200D]/gu, '')
    .replace(/\p{Nd}/gu, digit => String(digitOf(digit)));
}

function withoutUntyped(text: string): string {
  return text.replace(HALF_CHARACTERS, '').replace(UNTYPED, '');
}

/** The ten digits of a script stand in a row, and now and then two scripts' rows behind one another. */
function digitOf(digit: string): number {
  const code = digit.codePointAt(0) ?? 0;
  let before = 0;
  while (/\p{Nd}/u.test(String.fromCodePoint(code - before - 1))) before += 1;
  return before % 10;
}
