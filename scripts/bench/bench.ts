import { parseArgs } from 'node:util';
import { buildAll } from '../bundles.ts';
import { needsBuild } from '../local/sources.ts';
import { machine } from './machine.ts';
import { startProcess } from './process.ts';
import { lineOf, type SectionRows, shortfalls, tableHead, writeMeasured } from './report.ts';
import type { Row, SectionArgument } from './row.ts';

// `npm run bench [-- [sections …] [--quick] [--full] [--minutes M] [--kind FLOOD]]`: measures, prints, and keeps what a run of all sections measured
// in docs/performance.md. A run of some sections, or a quick one, only prints.
const titles: Record<string, string> = {
  push: 'Push',
  backplane: 'Between instances',
  connections: 'Connections',
  frames: 'Frames',
  orders: 'Orders',
  chat: 'Chat',
  growth: 'Growth',
  timer: 'Timer',
  'cold-start': 'Cold start',
  floods: 'Floods',
};
const { values: options, positionals: named } = parseArgs({
  options: {
    quick: { type: 'boolean' },
    full: { type: 'boolean' },
    minutes: { type: 'string' },
    kind: { type: 'string' },
  },
  allowPositionals: true,
});
const unknown = named.filter(name => !(name in titles));
if (unknown.length > 0) {
  console.error(`unknown: ${unknown.join(', ')}. Sections: ${Object.keys(titles).join(', ')}`);
  process.exit(2);
}
const isQuick = options.quick === true;
const ofFloods = {
  ...(options.minutes === undefined ? {} : { minutes: Number(options.minutes) }),
  ...(options.kind === undefined ? {} : { kind: options.kind }),
};
/** A flood says what an attack does, not how fast the product is: it is asked for by name. */
const ofAWholeRun = Object.keys(titles).filter(name => name !== 'floods');
const rounds = isQuick ? 3 : 5;

if (needsBuild()) await buildAll();
const measured: SectionRows[] = [];
const heading = `${machine()} Medians of ${rounds} rounds.`;
console.log(heading);
for (const name of named.length > 0 ? named : ofAWholeRun) {
  const title = titles[name] ?? name;
  console.log(`\n${title}\n${tableHead}`);
  measured.push({ title, rows: await run({ name, rounds, full: options.full === true, ...ofFloods }) });
}
for (const line of shortfalls(measured.flatMap(({ rows }) => rows))) console.log(line);
if (named.length === 0 && !isQuick) writeMeasured('docs/performance.md', heading, measured);

async function run(argument: SectionArgument): Promise<Row[]> {
  const rows: Row[] = [];
  const section = await startProcess('run-section.ts', argument, told => {
    const row = told as Row;
    rows.push(row);
    console.log(lineOf(row));
  });
  const code = await section.exited;
  if (code !== 0) throw new Error(`the section ${argument.name} ended with ${code}`);
  return rows;
}
