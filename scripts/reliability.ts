import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { coverageByFault, mutantsByFault } from './reliability/coverage.ts';
import { faults } from './reliability/faults.ts';

// `npm run reliability`: writes the parts of docs/reliability.md that come from the suites, between its marks.

const file = 'docs/reliability.md';
const soakFile = 'docs/soak.json';

let page = readFileSync(file, 'utf8');
page = between(page, 'faults', faultTable());
if (existsSync(soakFile)) page = between(page, 'soak', soakTable(JSON.parse(readFileSync(soakFile, 'utf8'))));
writeFileSync(file, page);

function between(text: string, name: string, content: string): string {
  const [start, end] = [`<!-- ${name}: generated -->`, `<!-- end of ${name} -->`];
  const from = text.indexOf(start);
  const to = text.indexOf(end);
  if (from < 0 || to < from) throw new Error(`${file} has no part "${name}"`);
  return `${text.slice(0, from)}${start}\n\n${content}\n\n${text.slice(to)}`;
}

function faultTable(): string {
  const coverage = coverageByFault();
  const mutants = mutantsByFault();
  const rows = faults.map(({ id, fault, expected }) => {
    const files = [...(coverage.get(id) ?? [])].map(name => `\`${name}\``).join('<br>') || '**none**';
    return `| ${id} | ${fault} | ${expected} | ${files} | ${(mutants.get(id) ?? []).join('<br>')} |`;
  });
  return ['| id | what happens | what holds | tested in | mutants |', '|---|---|---|---|---|', ...rows].join('\n');
}

/** One row per figure of the last soak, in the order the soak wrote them. */
function soakTable(result: Record<string, unknown>): string {
  const rows = Object.entries(result).map(([name, value]) => {
    const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
    return `| ${name} | ${text} |`;
  });
  return ['| figure | value |', '|---|---|', ...rows].join('\n');
}
