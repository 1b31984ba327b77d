import path from 'node:path';
import pg from 'pg';
import type { Push } from '../../apigateway/push.ts';
import { type Database, openDatabase } from '../../db/database.ts';
import { urlOfRunning } from '../../db/embedded/running.ts';
import { migrate } from '../../db/migrate.ts';
import { migrations } from '../../db/migrations/index.ts';
import { given } from '../../functions/runtime/environment.ts';
import { findDatabase, startParts } from '../local/parts.ts';
import { openPush } from './push.ts';

/** Where shops are kept, and the way to their screens. */
export interface Shops {
  database: Database;
  push: Push;
}

/**
 * The database that `DATABASE_URL` names, else that of `npm start`: the running one, or started for as long as this takes.
 * A database of this machine is brought to the newest schema; that of a deployment only `init_db` changes.
 * @throws Error in words for whoever typed the command
 */
export function openShops(environment: NodeJS.ProcessEnv): Promise<Shops & { stop(): Promise<void> }> {
  const named = given('DATABASE_URL', environment);
  return startParts(async stops => {
    const directory = given('LOCAL_DIRECTORY', environment) ?? '.local';
    const running = named === undefined ? await runningIn(directory) : undefined;
    const url = running ?? (await findDatabase(named, directory, stops));
    const database = openDatabase({ url, poolSize: 1 });
    stops.push(() => database.end());
    if (named === undefined && running === undefined) await migrate(database.pool);
    else await requireSchema(database);
    // What a deployment pushes by may be set in this shell, and is not the way to what runs here.
    const { push, end } = openPush(url, named === undefined ? {} : environment);
    stops.push(end);
    return { database, push };
  });
}

/** The URL of the database of an `npm start` that runs, if it answers. */
async function runningIn(directory: string): Promise<string | undefined> {
  const url = urlOfRunning(path.join(directory, 'postgres'), 'orders');
  if (url === undefined) return undefined;
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  client.on('error', () => {});
  try {
    await client.connect();
    return url;
  } catch {
    return undefined;
  } finally {
    await client.end().catch(() => {});
  }
}

async function requireSchema({ pool }: Database): Promise<void> {
  const { rows } = await pool.query<{ known: boolean }>("select to_regclass('migrations') is not null as known");
  const newest =
    rows[0]?.known === true
      ? (await pool.query<{ number: number }>('select max(number) as number from migrations')).rows[0]?.number
      : undefined;
  if (newest === migrations.length) return;
  if (newest !== undefined && newest > migrations.length)
    throw new Error('the database is of a newer version than this program: take that of the deployment');
  throw new Error(
    'the database is of an older version, or empty: init_db, which npm start calls too, has to run first',
  );
}
