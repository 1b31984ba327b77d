import type { Column } from './columns.ts';

/** What a file of a menu may be wrong in, and how it is said in English; a page has words of its own in other languages. */
const faultWords = {
  encoding: 'it is not in UTF-8: in the spreadsheet, save it as “CSV UTF-8”',
  too_large: 'it is larger than {most} MB: that is no menu',
  open_quote: 'a quote (") is opened and never closed',
  quote_within: 'a quote (") ends a cell, and more follows; within a cell it is written twice',
  missing_columns: 'there is no column {list}; the first line names {columns}',
  column_twice: 'there is a column {name} already',
  unknown_column: '{name} is no column; there are {columns}',
  misspelt_column: '{name} is no column; did you mean {near}?',
  no_heading: 'this column has no heading',
  kind: 'must be dish, option or choice',
  no_dish_above: 'an option stands below its dish, and there is none above',
  no_option_above: 'a choice stands below its option, and this dish has none above',
  not_of_kind: 'a row of kind {kind} says nothing here: leave it empty',
  amount: 'must be an amount in {currency}, as in 18 or {example}, without sign, letters or grouping',
  whole_amount: 'must be an amount in {currency}, a whole number as in 1800, without sign, letters or grouping',
  yes_or_no: 'must be yes or no',
  whole_number: 'must be a whole number',
  no_price: 'a dish has a price; 0 is one too',
  same_id: 'the same id as line {line}, column {column} (id)',
  /** By the rules that hold for everybody who puts a dish on a menu. */
  rule: '{message}',
  /** The same, of all dishes together. */
  menu: 'the menu {message}',
} as const;

/** Something that is wrong with a file of a menu: where, and what. */
export interface Fault {
  what: keyof typeof faultWords;
  /** Absent: the file as a whole. */
  line?: number;
  /** As spreadsheets name it. */
  column?: string;
  heading?: Column;
  /** What stands in the braces of the words. */
  with?: Readonly<Record<string, string>>;
}

/** A fault in English, with line and column before it. */
export function faultText({ what, line, column, heading, with: values = {} }: Fault): string {
  const place = [
    line === undefined ? [] : [`line ${line}`],
    column === undefined ? [] : [`column ${column}${heading === undefined ? '' : ` (${heading})`}`],
  ].flat();
  const words = faultWords[what].replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? '');
  return place.length === 0 ? words : `${place.join(', ')}: ${words}`;
}
