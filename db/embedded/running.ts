import { existsSync, readFileSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { findHome } from './home.ts';

/**
 * The URL of a database of the embedded PostgreSQL that another program of this machine has started on the directory, as
 * its files tell: nobody has asked whether it answers. `undefined`: there is none.
 */
export function urlOfRunning(directory: string, database: string): string | undefined {
  if (!existsSync(directory)) return undefined;
  const { data, password } = findHome(realpathSync(directory));
  const status = path.join(data, 'postmaster.pid');
  if (!existsSync(status) || !existsSync(password)) return undefined;
  // Line 4 is the port.
  const port = readFileSync(status, 'utf8').split('\n')[3]?.trim();
  if (port === undefined || !/^\d+$/.test(port)) return undefined;
  return `postgres://postgres:${readFileSync(password, 'utf8').trim()}@127.0.0.1:${port}/${database}`;
}
