import pg from 'pg';
import { findBinaries } from '../../db/embedded/binaries.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../db/embedded/start.ts';
import { migrate } from '../../db/migrate.ts';
import { onServer, templateName } from './database.ts';
import { temporaryDirectory } from './temporary-directory.ts';

/**
 * Starts the one server of a run of the tests, with the template of their databases, and puts its url into
 * TEST_POSTGRES_URL. It ends with the process that runs the tests, even when that is killed.
 */
export async function startTestServer(): Promise<EmbeddedPostgres> {
  const server = await startEmbeddedPostgres({
    directory: temporaryDirectory('websocket-order-test-'),
    temporary: true,
    binaries: findBinaries(process.env.TEST_POSTGRES_MAJOR === '14' ? 14 : 17),
  });
  process.env.TEST_POSTGRES_URL = server.url;
  await makeTemplate();
  return server;
}

async function makeTemplate(): Promise<void> {
  const url = await onServer(`create database ${templateName}`, templateName);
  const pool = new pg.Pool({ connectionString: url, max: 1 });
  try {
    await migrate(pool);
  } finally {
    await pool.end();
  }
}
