import { spawnSync } from 'node:child_process';

/**
 * Whether a program that npm does not bring is on the PATH. Tests that need a missing one are skipped; `npm test` says so
 * at its end.
 */
export function hasProgram(name: 'redis-server' | 'pgbouncer' | 'python3' | 'curl' | 'go'): boolean {
  return spawnSync(name, [name === 'go' ? 'version' : '--version'], { stdio: 'ignore' }).error === undefined;
}

/** `describe` for a table's row, skipped when the row's name speaks of Redis, or of the queue on it, and there is none. */
export function describeOver(name: string): jest.Describe {
  return /redis|queue/i.test(name) && !hasProgram('redis-server') ? describe.skip : describe;
}
