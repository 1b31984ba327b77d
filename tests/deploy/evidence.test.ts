import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { inlineCode, tableRows } from '../support/markdown.ts';

/** The calls of the cloud that a deployment makes. */
function callsMade(): string[] {
  const sources = ['scripts/tencent', 'scripts/ordering'].flatMap(folder =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter(file => file.endsWith('.ts'))
      .map(file => readFileSync(path.join(folder, file), 'utf8')),
  );
  const direct = /\b(?:scf|apigateway|postgres|cls|cos)\(\s*'(\w+)'/g;
  const named = /\b((?:Create|Update|Delete)Trigger):/g;
  return sources.flatMap(source =>
    [direct, named].flatMap(each => [...source.matchAll(each)].map(([, call = '']) => call)),
  );
}

describe('12: the table of evidence in docs/deploying.md', () => {
  const text = readFileSync('docs/deploying.md', 'utf8').split('\n## What this rests on\n')[1] ?? '';
  const rows = tableRows(text)
    .map(row => row.split('|').map(cell => cell.trim()))
    .slice(2)
    .map(([, calls = '', what = '', evidence = '']) => ({ calls: inlineCode(calls), what, evidence }));

  it('names every call that is made, and no other', () => {
    const made = [...new Set(callsMade())].sort();
    expect(made.length).toBeGreaterThan(30);
    expect([...new Set(rows.flatMap(({ calls }) => calls))].map(call => call.replaceAll('`', '')).sort()).toEqual(made);
  });

  it('has no row without its mark', () => {
    const marks = ['documented', 'recorded by others', 'assumed'];
    expect(rows.filter(({ what, evidence }) => what === '' || !marks.includes(evidence))).toEqual([]);
  });
});
