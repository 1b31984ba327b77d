import pg from 'pg';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../../db/embedded/start.ts';
import { migrate } from '../../../db/migrate.ts';
import { temporaryDirectory } from '../temporary-directory.ts';
import { testedBinaries } from './binaries.ts';
import { citusUrl } from './citus.ts';
import { onServer, templateName } from './database.ts';
import { startSuitePooler } from './suite-pooler.ts';

/**
 * Starts the one server of a run of the tests, with the template of their databases, and puts its url into
 * TEST_POSTGRES_URL. It ends with the process that runs the tests, even when that is killed. Before it stands a pooler
 * where the run has one, whose port is TEST_POOLER_PORT. With CITUS_URL the tests run there instead.
 */
export async function startTestServer(): Promise<Pick<EmbeddedPostgres, 'stop'>> {
  const citus = citusUrl();
  if (citus !== undefined) {
    process.env.TEST_POSTGRES_URL = citus;
    return { async stop() {} };
  }
  console.log('CITUS_URL is not set: nothing of this runs on Citus');
  const server = await startEmbeddedPostgres({
    directory: temporaryDirectory('websocket-order-test-'),
    temporary: true,
    binaries: testedBinaries(),
  });
  process.env.TEST_POSTGRES_URL = server.url;
  await makeTemplate();
  const pooler = await startSuitePooler(server.url);
  if (pooler !== undefined) process.env.TEST_POOLER_PORT = String(pooler.port);
  return {
    async stop() {
      await pooler?.end();
      await server.stop();
    },
  };
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
