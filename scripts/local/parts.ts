import path from 'node:path';
import { startEmbeddedPostgres } from '../../db/embedded/start.ts';
import { requireDatabase } from '../../db/require-database.ts';

/** What ends the parts that have started, in the order in which they have. */
export type Stops = (() => Promise<unknown>)[];

/** Starts a whole of several parts. `stop` ends them, the last one first; when a part does not start, those that have are ended. */
export async function startParts<Whole extends object>(
  start: (stops: Stops) => Promise<Whole>,
): Promise<Whole & { stop(): Promise<void> }> {
  const stops: Stops = [];
  const stop = async () => {
    // A part may keep no process alive, and still has to be waited for: it would end here, and why would not be said.
    const awake = setInterval(() => {}, 60_000);
    try {
      for (const each of stops.splice(0).reverse()) await each();
    } finally {
      clearInterval(awake);
    }
  };
  try {
    return { ...(await start(stops)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/**
 * The URL of the part that most need: the database that was named, if it can be used, else an embedded PostgreSQL that
 * is kept in `directory`.
 */
export async function findDatabase(named: string | undefined, directory: string, stops: Stops): Promise<string> {
  if (named !== undefined) {
    await requireDatabase(named);
    return named;
  }
  forgetClientSettings(process.env);
  const database = await startEmbeddedPostgres({ directory: path.join(directory, 'postgres'), database: 'orders' });
  stops.push(() => database.stop());
  return database.url;
}

/**
 * `PGSSLMODE`, `PGOPTIONS` and the like are for a server of somebody else: pg would apply them to every connection to the
 * embedded one. See "Environment Variables" in the documentation of libpq.
 */
function forgetClientSettings(environment: NodeJS.ProcessEnv): void {
  for (const name of Object.keys(environment)) if (/^PG[A-Z]+$/.test(name)) delete environment[name];
}
