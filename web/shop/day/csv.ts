/** What spreadsheets take for the beginning of a formula; some take the full-width forms as well. */
const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/;

/**
 * A table as CSV (RFC 4180), for Excel too: it begins with a byte order mark, without which Excel reads no Chinese.
 * A cell that begins like a formula gets an apostrophe before it: customers type what stands in these cells.
 */
export function toCsv(rows: readonly (readonly string[])[]): string {
  return `\u{feff}${rows.map(row => `${row.map(cell).join(',')}\r\n`).join('')}`;
}

function cell(text: string): string {
  const harmless = FORMULA.test(text) ? `'${text}` : text;
  return /[",\r\n\t']/.test(harmless) || harmless !== harmless.trim()
    ? `"${harmless.replaceAll('"', '""')}"`
    : harmless;
}
