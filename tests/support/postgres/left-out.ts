import { readFileSync } from 'node:fs';

/** Where the suites run when it is not the PostgreSQL that npm brings, reached directly. */
export type Elsewhere = 'another server' | 'pooler:session' | 'pooler:transaction' | 'citus';

/** A file, or the tests of it whose name holds `test`, that say nothing there, and why. */
interface LeftOut {
  file: string;
  test?: string;
  where: readonly Elsewhere[];
  why: string;
}

const everywhere = ['another server', 'pooler:session', 'pooler:transaction', 'citus'] as const;
const poolers = ['pooler:session', 'pooler:transaction'] as const;

const PLANS = 'reads plans of one server, and Citus has no generic ones';
const FIRST_SPREAD =
  'spreads its tables for the first time, and what began before asks in sessions without the settings for it';

export const leftOut: readonly LeftOut[] = [
  {
    file: 'tests/database/embedded.test.ts',
    where: everywhere,
    why: 'is about the PostgreSQL that npm brings, and starts it itself',
  },
  { file: 'tests/database/second-wall.test.ts', where: ['citus'], why: 'is about what Citus does not have' },
  { file: 'tests/database/tls-mode.test.ts', where: everywhere, why: 'asks no database' },
  { file: 'tests/database/pooler.test.ts', where: poolers, why: 'starts poolers of its own' },
  {
    file: 'tests/database/prepared.test.ts',
    where: ['pooler:transaction'],
    why: 'is about sessions of one’s own, where statements stay prepared',
  },
  {
    file: 'tests/database/session.test.ts',
    test: 'of a connection is ours',
    where: poolers,
    why: 'nothing is set in a session that may be shared',
  },
  {
    file: 'tests/database/database-failures.test.ts',
    test: 'or knows no such database or password',
    where: poolers,
    why: 'a pooler has one code for every login that it refuses; what is said of it, another test asks',
  },
  {
    file: 'tests/e2e/people.test.ts',
    test: 'a terminal that runs keys',
    where: ['pooler:transaction'],
    why: 'a terminal reaches the screens of another process by LISTEN, which such a pooler does not carry',
  },
  {
    file: 'tests/faults/database.test.ts',
    test: 'F18 no connection is to be had',
    where: poolers,
    why: 'a pooler keeps in line whom PostgreSQL refuses: the customer’s 503 comes when the function gives up, after 8 s',
  },
  {
    file: 'tests/faults/database.test.ts',
    test: 'F23 a database that may forget',
    where: poolers,
    why: 'nothing is checked in a session that may be shared: each statement that acknowledges sets what makes it durable',
  },
  {
    file: 'tests/database/schema.test.ts',
    where: ['citus'],
    why: 'functions are not letter by letter those of db/schema.sql there',
  },
  {
    file: 'tests/database/resume.test.ts',
    test: 'force_',
    where: ['citus'],
    why: PLANS,
  },
  {
    file: 'tests/database/reports.test.ts',
    test: 'with a year of orders',
    where: ['citus'],
    why: PLANS,
  },
  {
    file: 'tests/database/auto-accept.test.ts',
    test: 'knows the moment, whatever style',
    where: ['citus'],
    why: 'sets another style of dates after init_db, which sets ISO there: nodes hand each other times as text',
  },
  {
    file: 'tests/database/shop-keys-upgrade.test.ts',
    test: 'the version before goes on meanwhile',
    where: ['citus'],
    why: FIRST_SPREAD,
  },
  {
    file: 'tests/database/row-types.test.ts',
    test: 'one that is in use goes on',
    where: ['citus'],
    why: FIRST_SPREAD,
  },
  { file: 'tests/e2e/start.test.ts', where: everywhere, why: 'npm start without DATABASE_URL starts its own' },
  { file: 'tests/e2e/start-signals.test.ts', where: everywhere, why: 'npm start without DATABASE_URL starts its own' },
  { file: 'tests/e2e/odd-places.test.ts', where: everywhere, why: 'npm start without DATABASE_URL starts its own' },
];

/** The arguments that keep jest from what is left out there, and a line for each. */
export function leaveOut(where: readonly Elsewhere[]): { arguments: string[]; lines: string[] } {
  const out = leftOut.filter(each => each.where.some(place => where.includes(place)));
  for (const { file, test = '' } of out)
    if (!readFileSync(file, 'utf8').includes(test)) throw new Error(`${file} has no test "${test}" to be left out`);
  const files = out.filter(({ test }) => test === undefined).map(({ file }) => quoted(file));
  const tests = out.flatMap(({ test }) => (test === undefined ? [] : [quoted(test)]));
  return {
    arguments: [
      ...(files.length > 0 ? ['--testPathIgnorePatterns', ...files] : []),
      ...(tests.length > 0 ? ['--testNamePattern', `^(?!.*(${tests.join('|')}))`] : []),
    ],
    lines: out.map(({ file, test, why }) => `left out: ${file}${test === undefined ? '' : ` "${test}"`}: ${why}`),
  };
}

function quoted(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
