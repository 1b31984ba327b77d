import path from 'node:path';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../db/embedded/start.ts';

/** What ends the parts that have started, in the order in which they have. */
export type Stops = (() => Promise<unknown>)[];

/** Starts a whole of several parts. `stop` ends them, the last one first; when a part does not start, those that have are ended. */
export async function startParts<Whole extends object>(
  start: (stops: Stops) => Promise<Whole>,
): Promise<Whole & { stop(): Promise<void> }> {
  const stops: Stops = [];
  const stop = async () => {
    for (const each of stops.splice(0).reverse()) await each();
  };
  try {
    return { ...(await start(stops)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The part that most need: an embedded PostgreSQL that is kept in `directory`. */
export async function startDatabase(directory: string, stops: Stops): Promise<EmbeddedPostgres> {
  const database = await startEmbeddedPostgres({ directory: path.join(directory, 'postgres'), database: 'orders' });
  stops.push(() => database.stop());
  return database;
}
