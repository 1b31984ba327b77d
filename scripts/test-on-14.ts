import { spawnSync } from 'node:child_process';
import { findBinaries } from '../db/embedded/binaries.ts';

// The tests of the database once more, on the oldest PostgreSQL that is supported, where npm has its binaries.
if (hasBinaries()) {
  const environment = { ...process.env, TEST_POSTGRES_MAJOR: '14' };
  const { status } = spawnSync('npx', ['jest', 'tests/database'], { stdio: 'inherit', env: environment });
  process.exitCode = status ?? 1;
} else {
  console.log('PostgreSQL 14 is not tested: npm has no binaries of it for this platform.');
}

function hasBinaries(): boolean {
  try {
    findBinaries(14);
    return true;
  } catch {
    return false;
  }
}
