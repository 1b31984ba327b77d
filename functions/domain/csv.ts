/** As a text begins that a spreadsheet would take for a formula, or that has been kept from it before. */
const FORMULA = /^'*[=+\-@\t\r\n＝＋－＠]/;

/**
 * A table for spreadsheets: CSV with CRLF after each row. It begins with a byte order mark, without which Excel reads no
 * Chinese. A cell that a spreadsheet would calculate gets an apostrophe in front: strangers type what stands in cells.
 * @see RFC 4180; OWASP, "CSV Injection"
 */
export function toCsv(rows: readonly (readonly string[])[]): string {
  return `\u{feff}${rows.map(row => `${row.map(cell).join(',')}\r\n`).join('')}`;
}

function cell(text: string): string {
  const harmless = FORMULA.test(text) ? `'${text}` : text;
  return /[",;\r\n\t']/.test(harmless) || harmless !== harmless.trim()
    ? `"${harmless.replaceAll('"', '""')}"`
    : harmless;
}

/** What stood in a cell before `toCsv` wrote it. */
export function textOfCell(written: string): string {
  return FORMULA.test(written) ? written.replace(/^'/, '') : written;
}
