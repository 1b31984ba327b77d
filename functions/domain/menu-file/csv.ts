import { textOfCell } from '../csv.ts';
import type { Fault } from './fault.ts';

/** A value of a table, and the line of the file on which it begins. */
export interface Cell {
  text: string;
  line: number;
}

/** What separates cells: spreadsheets of some languages write a semicolon or a tab. */
export type Separator = ',' | ';' | '\t';

/** What of a file is no table, and on which line. */
export class CsvFault extends Error {
  override readonly name = 'CsvFault';
  readonly fault: Fault;
  constructor(fault: Fault) {
    super(fault.what);
    this.fault = fault;
  }
}

/**
 * The rows of a file as `toCsv` or a spreadsheet writes it, empty ones left out. Which separator it has, its first
 * line tells: by what it holds, or as `sep=;`, which spreadsheets understand.
 * @throws CsvFault names the line: a quote that is not closed, or stands within a cell that is not quoted
 */
export function readCsv(file: string): { rows: Cell[][]; separator: Separator } {
  const text = file.replace(/^\uFEFF/, '');
  const [first = '', said] = /^sep=([,;\t])(?:\r\n|\r|\n)/i.exec(text) ?? [];
  const separator = (said as Separator | undefined) ?? separatorOf(text);
  const rows: Cell[][] = [];
  let row: Cell[] = [];
  let [at, line] = [first.length, first === '' ? 1 : 2];
  while (at < text.length) {
    const { raw, end } = text[at] === '"' ? quoted(text, at, separator, line) : plain(text, at, separator);
    row.push({ text: textOfCell(raw), line });
    line += lineBreaks(text.slice(at, end));
    at = end;
    if (text[at] === separator) {
      at += 1;
      if (at === text.length) row.push({ text: '', line });
      else continue;
    }
    rows.push(row);
    row = [];
    if (at < text.length) line += 1;
    at += text.startsWith('\r\n', at) ? 2 : 1;
  }
  return { rows: rows.filter(cells => cells.some(({ text }) => text.trim() !== '')), separator };
}

/** A cell in quotes: all between them, with two for one. */
function quoted(text: string, start: number, separator: Separator, line: number): { raw: string; end: number } {
  let end = text.indexOf('"', start + 1);
  while (text[end + 1] === '"' && end !== -1) end = text.indexOf('"', end + 2);
  if (end === -1) throw new CsvFault({ what: 'open_quote', line });
  const next = text[end + 1];
  if (next !== undefined && next !== separator && next !== '\r' && next !== '\n') {
    const there = line + lineBreaks(text.slice(start, end));
    throw new CsvFault({ what: 'quote_within', line: there });
  }
  return { raw: text.slice(start + 1, end).replaceAll('""', '"'), end: end + 1 };
}

/** A cell without quotes: all up to the next separator or line break. A quote further in is one of its letters. */
function plain(text: string, start: number, separator: Separator): { raw: string; end: number } {
  let end = start;
  while (end < text.length && text[end] !== separator && text[end] !== '\r' && text[end] !== '\n') end += 1;
  return { raw: text.slice(start, end), end };
}

function lineBreaks(text: string): number {
  return text.match(/\r\n|\r|\n/g)?.length ?? 0;
}

function separatorOf(text: string): Separator {
  const [first = ''] = text.split(/[\r\n]/, 1);
  const counts = ([',', ';', '\t'] as const).map(each => ({ each, count: first.split(each).length }));
  return counts.reduce((best, next) => (next.count > best.count ? next : best)).each;
}
