/** Rows as a table for a terminal, the first of them headings. */
export function tableText(given: readonly (readonly string[])[]): string {
  const rows = given.map(row => row.map(singleLine));
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map(row => widthOf(row[column] ?? ''))));
  const lines = rows.map(row => row.map((text, column) => padded(text, widths[column] ?? 0)).join('  '));
  return lines.map(line => `${line.trimEnd()}\n`).join('');
}

/** A name may hold anything; in a terminal it is one line, and moves no cursor. */
function singleLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, ' ');
}

/** In columns of a terminal, of which a Chinese character takes two. */
function widthOf(text: string): number {
  return [...text].reduce(
    (sum, letter) => sum + (/[\u1100-\u115f\u2e80-\uffdc]|[\u{1f300}-\u{3fffd}]/u.test(letter) ? 2 : 1),
    0,
  );
}

function padded(text: string, width: number): string {
  return text + ' '.repeat(width - widthOf(text));
}
