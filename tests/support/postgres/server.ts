import pg from 'pg';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../../db/embedded/start.ts';
import { migrate } from '../../../db/migrate.ts';
import { temporaryDirectory } from '../temporary-directory.ts';
import { testedBinaries } from './binaries.ts';
import { onServer, templateName } from './database.ts';

/**
 * Starts the one server of a run of the tests, with the template of their databases, and puts its url into
 * TEST_POSTGRES_URL. It ends with the process that runs the tests, even when that is killed.
 */
export async function startTestServer(): Promise<EmbeddedPostgres> {
  const server = await startEmbeddedPostgres({
    directory: temporaryDirectory('websocket-order-test-'),
    temporary: true,
    binaries: testedBinaries(),
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
