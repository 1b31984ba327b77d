import { closest } from '../../../apigateway/closest.ts';
import { type Column, columns } from './columns.ts';
import { type Cell, CsvFault, readCsv } from './csv.ts';
import type { Fault } from './fault.ts';

/** One row of a menu's table. What a column says, without spaces around it; `raw` keeps them. */
export interface TableRow {
  text(column: Column): string;
  raw(column: Column): string;
  /** Where a column of this row is: as the file's lines and a spreadsheet's columns have it. */
  place(column: Column): Required<Pick<Fault, 'line' | 'column' | 'heading'>>;
}

/** A file as rows below a line of headings, which may stand in any order. `faults` says what is wrong with the form. */
export function tableOf(file: string): { rows: TableRow[]; faults: Fault[]; hasDecimalComma: boolean } {
  let read: ReturnType<typeof readCsv>;
  try {
    read = readCsv(file);
  } catch (error) {
    if (!(error instanceof CsvFault)) throw error;
    return { rows: [], faults: [error.fault], hasDecimalComma: false };
  }
  const [headings = [], ...rows] = read.rows;
  const at = new Map<string, number>();
  const faults: Fault[] = [];
  for (const [index, { text, line }] of headings.entries()) {
    const heading = text.trim().toLowerCase();
    const problem = problemOfHeading(heading, text.trim(), at);
    if (problem !== undefined) faults.push({ ...problem, line, column: letterOf(index) });
    else if (heading !== '') at.set(heading, index);
  }
  const missing = (['kind', 'id', 'name', 'price'] as const).filter(column => !at.has(column));
  if (missing.length > 0)
    faults.push({
      what: 'missing_columns',
      line: headings[0]?.line ?? 1,
      with: { list: missing.join(', '), columns: columns.join(', ') },
    });
  for (const cells of rows) {
    const more = cells.findIndex(({ text }, index) => index >= headings.length && text.trim() !== '');
    if (more >= 0) faults.push({ what: 'no_heading', line: cells[more]?.line ?? 0, column: letterOf(more) });
  }
  return { rows: rows.map(cells => rowOf(cells, at)), faults, hasDecimalComma: read.separator === ';' };
}

/** `asWritten` is what the file has: what is said of it names that. */
function problemOfHeading(
  heading: string,
  asWritten: string,
  at: ReadonlyMap<string, number>,
): Pick<Fault, 'what' | 'with'> | undefined {
  if (at.has(heading)) return { what: 'column_twice', with: { name: asWritten } };
  if (heading === '' || (columns as readonly string[]).includes(heading)) return undefined;
  const [near, name] = [closest(heading, columns), JSON.stringify(asWritten)];
  return near === undefined
    ? { what: 'unknown_column', with: { name, columns: columns.join(', ') } }
    : { what: 'misspelt_column', with: { name, near } };
}

function rowOf(cells: readonly Cell[], at: ReadonlyMap<string, number>): TableRow {
  const raw = (column: Column) => cells[at.get(column) ?? -1]?.text ?? '';
  return {
    raw,
    text: column => raw(column).trim(),
    place(column) {
      const index = at.get(column) ?? 0;
      const line = cells[index]?.line ?? cells.at(-1)?.line ?? 0;
      return { line, column: letterOf(index), heading: column };
    },
  };
}

/** A column as spreadsheets name it: A to Z, then AA. */
function letterOf(index: number): string {
  const letter = String.fromCodePoint(65 + (index % 26));
  return index < 26 ? letter : letterOf(Math.floor(index / 26) - 1) + letter;
}
