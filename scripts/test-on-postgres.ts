import { spawnSync } from 'node:child_process';
import { hasOldest } from '../tests/support/postgres/binaries.ts';

// `npm run test:postgres -- 14` or `npm run test:postgres -- /usr/lib/postgresql/15/bin`: the tests of the database on
// the oldest PostgreSQL that is supported, where npm has its binaries, or on the one of a `bin` folder.
const [named] = process.argv.slice(2);
if (named === undefined) {
  console.error('name a PostgreSQL: 14, or the folder of its programs, such as /usr/lib/postgresql/15/bin');
  process.exitCode = 2;
} else if (named === '14' && !hasOldest) {
  console.log('PostgreSQL 14 is not tested: npm has no binaries of it for this platform.');
} else {
  const environment = { ...process.env, TEST_POSTGRES: named };
  // Two files start what they test themselves, on whatever PostgreSQL that is.
  const others = ['--testPathIgnorePatterns', 'tests/database/(embedded|tls-mode)'];
  const { status } = spawnSync('npx', ['jest', 'tests/database', ...others], { stdio: 'inherit', env: environment });
  process.exitCode = status ?? 1;
}
