import { readFileSync, writeFileSync } from 'node:fs';
import { meetsGoal, type Row } from './row.ts';

/** The rows of a section. */
export interface SectionRows {
  title: string;
  rows: Row[];
}

const begin = '<!-- measured: begin -->';
const end = '<!-- measured: end -->';

/** The table's head. */
export const tableHead = '| measure | floor | ours | ratio | goal | |\n|---|--:|--:|--:|---|---|';

/** A row as a line of the table. */
export function lineOf(row: Row): string {
  const { measure, unit, floor, ours, goal } = row;
  const ratio = floor === undefined ? '' : `${(ours / floor).toFixed(2)} ×`;
  const verdict = goal === undefined ? '' : meetsGoal(row) ? 'met' : 'short';
  const cells = [measure, floor === undefined ? '' : figure(floor, unit), figure(ours, unit), ratio, goal?.words ?? ''];
  return `| ${[...cells, verdict].join(' | ')} |`;
}

/** A sentence for every goal that is missed. */
export function shortfalls(rows: readonly Row[]): string[] {
  return rows.flatMap(row => {
    if (row.goal === undefined || meetsGoal(row)) return [];
    const { measure, unit, ours, goal } = row;
    return [`falls short: ${measure}: ${figure(ours, unit)}, the goal is ${figure(goal.limit, unit)} (${goal.words})`];
  });
}

/** Puts what was measured between the two comments of the file; what stands around them is left alone. */
export function writeMeasured(file: string, machine: string, sections: readonly SectionRows[]): void {
  const text = readFileSync(file, 'utf8');
  const [before, after] = [text.indexOf(begin), text.indexOf(end)];
  if (before < 0 || after < before) throw new Error(`${file} has no place for what was measured`);
  const tables = sections.map(({ title, rows }) => `### ${title}\n\n${[tableHead, ...rows.map(lineOf)].join('\n')}`);
  const missed = shortfalls(sections.flatMap(({ rows }) => rows));
  const verdict = missed.length === 0 ? 'Every goal is met.' : missed.map(line => `- ${line}`).join('\n');
  const measured = [machine, ...tables, verdict].join('\n\n');
  writeFileSync(file, `${text.slice(0, before)}${begin}\n${measured}\n${text.slice(after)}`);
}

function figure(value: number, unit: Row['unit']): string {
  const digits = value >= 100 ? 0 : value >= 10 ? 1 : value >= 1 ? 2 : 3;
  const text = value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
  return unit === '/s' ? `${text}/s` : `${text} ${unit}`;
}
