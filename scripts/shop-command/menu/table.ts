import { closest } from '../../../apigateway/closest.ts';
import { type Column, columns } from './columns.ts';
import { type Cell, CsvFault, readCsv } from './csv.ts';

/** One row of a menu's table. What a column says, without spaces around it; `raw` keeps them. */
export interface TableRow {
  text(column: Column): string;
  raw(column: Column): string;
  /** Where a column of this row is, in words: as the file's lines and a spreadsheet's columns have it. */
  place(column: Column): string;
}

/** A file as rows below a line of headings, which may stand in any order. `faults` says what is wrong with the form. */
export function tableOf(file: string): { rows: TableRow[]; faults: string[]; hasDecimalComma: boolean } {
  let read: ReturnType<typeof readCsv>;
  try {
    read = readCsv(file);
  } catch (error) {
    if (!(error instanceof CsvFault)) throw error;
    return { rows: [], faults: [error.message], hasDecimalComma: false };
  }
  const [headings = [], ...rows] = read.rows;
  const at = new Map<string, number>();
  const faults: string[] = [];
  for (const [index, { text, line }] of headings.entries()) {
    const heading = text.trim().toLowerCase();
    const problem = problemOfHeading(heading, at);
    if (problem !== undefined) faults.push(`line ${line}, column ${letterOf(index)}: ${problem}`);
    else if (heading !== '') at.set(heading, index);
  }
  const missing = (['kind', 'id', 'name', 'price'] as const).filter(column => !at.has(column));
  if (missing.length > 0)
    faults.push(`line 1: there is no column ${missing.join(', ')}; the first line names ${columns.join(', ')}`);
  for (const cells of rows) {
    const more = cells.findIndex(({ text }, index) => index >= headings.length && text.trim() !== '');
    if (more >= 0) faults.push(`line ${cells[more]?.line}, column ${letterOf(more)}: this column has no heading`);
  }
  return { rows: rows.map(cells => rowOf(cells, at)), faults, hasDecimalComma: read.separator === ';' };
}

function problemOfHeading(heading: string, at: ReadonlyMap<string, number>): string | undefined {
  if (at.has(heading)) return `there is a column ${heading} already`;
  if (heading === '' || (columns as readonly string[]).includes(heading)) return undefined;
  const near = closest(heading, columns);
  return `${JSON.stringify(heading)} is no column${near === undefined ? `; there are ${columns.join(', ')}` : `; did you mean ${near}?`}`;
}

function rowOf(cells: readonly Cell[], at: ReadonlyMap<string, number>): TableRow {
  const raw = (column: Column) => cells[at.get(column) ?? -1]?.text ?? '';
  return {
    raw,
    text: column => raw(column).trim(),
    place(column) {
      const index = at.get(column) ?? 0;
      const line = cells[index]?.line ?? cells.at(-1)?.line;
      return `line ${line}, column ${letterOf(index)} (${column})`;
    },
  };
}

/** A column as spreadsheets name it: A to Z, then AA. */
function letterOf(index: number): string {
  const letter = String.fromCodePoint(65 + (index % 26));
  return index < 26 ? letter : letterOf(Math.floor(index / 26) - 1) + letter;
}
