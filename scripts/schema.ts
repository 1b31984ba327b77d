import { mkdtempSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { startEmbeddedPostgres } from '../db/embedded/start.ts';
import { migrate } from '../db/migrate.ts';
import { dumpSchema } from '../db/schema-dump.ts';

// `npm run schema`: rewrites db/schema.sql from what the migrations make of an empty database.
const directory = mkdtempSync(path.join(os.tmpdir(), 'websocket-order-schema-'));
const server = await startEmbeddedPostgres({ directory, temporary: true });
const pool = new pg.Pool({ connectionString: server.url, max: 1 });
try {
  await migrate(pool);
  writeFileSync('db/schema.sql', await dumpSchema(pool));
  console.log('db/schema.sql is up to date');
} finally {
  await pool.end();
  await server.stop();
}
