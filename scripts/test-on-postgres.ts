import { spawnSync } from 'node:child_process';
import { hasOldest } from '../tests/support/postgres/binaries.ts';
import { citusUrl } from '../tests/support/postgres/citus.ts';
import { type Elsewhere, leaveOut } from '../tests/support/postgres/left-out.ts';
import { hasProgram } from '../tests/support/programs.ts';

// `npm run test:postgres -- PLACES FOLDERS OPTIONS`: the tests of some folders, of the database unless others are named, on
// another PostgreSQL than the one that npm brings, through a pooler, or both. A place is `14`, the oldest that is
// supported, where npm has its binaries; the folder of the programs of one that is installed; `pooler:session` and
// `pooler:transaction`, through which every connection of the product goes; or, alone, `citus`, the nodes of CITUS_URL.
// Options, such as `--maxWorkers=1`, are Jest's.
const { places, folders, options } = sorted(process.argv.slice(2));
const [pooler, server] = [places.find(isPooler), places.find(place => !isPooler(place))];
if (places.includes('citus') && places.length === 1) {
  if (citusUrl() === undefined) console.log('Citus is not tested: CITUS_URL is not set.');
  else process.exitCode = run(['citus']);
} else if (places.length === 0 || places.length > (pooler === undefined ? 1 : 2)) {
  console.error('name one PostgreSQL: 14, or the folder of its programs, such as /usr/lib/postgresql/15/bin;');
  console.error('or pooler:session or pooler:transaction; or both; or citus, with CITUS_URL; and folders of tests,');
  console.error('such as tests/e2e');
  process.exitCode = 2;
} else if (server === '14' && !hasOldest) {
  console.log('PostgreSQL 14 is not tested: npm has no binaries of it for this platform.');
} else if (pooler !== undefined && !hasProgram('pgbouncer')) {
  console.log('Poolers are not tested: pgbouncer is not installed.');
} else {
  process.exitCode = run([...(server === undefined ? [] : ['another server' as const]), ...(pooler ? [pooler] : [])], {
    ...(server !== undefined && { TEST_POSTGRES: server }),
    ...(pooler !== undefined && { TEST_POOLER: pooler.slice('pooler:'.length) }),
  });
}

function run(where: Elsewhere[], settings: Record<string, string> = {}): number {
  const out = leaveOut(where);
  const named = folders.length > 0 ? folders : ['tests/database'];
  const env = { ...process.env, ...settings };
  const { status } = spawnSync('npx', ['jest', ...named, ...options, ...out.arguments], { stdio: 'inherit', env });
  for (const line of out.lines) if (named.some(folder => line.includes(`: ${folder}`))) console.log(line);
  return status ?? 1;
}

/** In any order. */
function sorted(words: string[]) {
  const isFolder = (word: string) => word.startsWith('tests/');
  const isOption = (word: string) => word.startsWith('-');
  return {
    places: words.filter(word => !isFolder(word) && !isOption(word)),
    folders: words.filter(isFolder),
    options: words.filter(isOption),
  };
}

function isPooler(place: string): place is 'pooler:session' | 'pooler:transaction' {
  return place === 'pooler:session' || place === 'pooler:transaction';
}
