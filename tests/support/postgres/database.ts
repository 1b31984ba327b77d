import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { migrate } from '../../../db/migrate.ts';
import { bringCitus, citusUrl, createOnCitus, dropOnCitus, dropRoleOnCitus } from './citus.ts';
import { pastPooler, setForPooler, suitePoolMode } from './suite-pooler.ts';

/** The database that every other one is copied from: all migrations have been applied, nobody is connected. */
export const templateName = 'migrated_template';

/** A database of one test or test file. */
export interface TestDatabase {
  /** As the product reaches it: through the pooler, where the suites run through one. */
  url: string;
  /** Past every pooler. */
  directUrl: string;
  /** Past every pooler, for looking and meddling. */
  pool: pg.Pool;
  /** Ends the pool and removes the database, whoever else is still connected. */
  drop(): Promise<void>;
}

/**
 * Makes a database of its own on the run's server: migrated, or with `empty` without any table, or of another `encoding`.
 * With `isCitusLate` the nodes of Citus know nothing of it yet, which `bringCitus` then changes.
 */
export async function createTestDatabase({
  empty = false,
  encoding = '',
  isCitusLate = false,
} = {}): Promise<TestDatabase> {
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  const server = citusUrl();
  const how = encoding ? `template0 encoding '${encoding}' locale 'C'` : empty || server ? 'template0' : templateName;
  const directUrl = await (server === undefined
    ? onServer(`create database ${name} template ${how}`, name)
    : createOnCitus(server, name, how));
  if (server !== undefined && !isCitusLate) await bringCitus(server, name);
  const url = await pooledUrl(directUrl);
  const pool = new pg.Pool({ connectionString: directUrl, ...pastPooler });
  pool.on('error', () => {}); // a connection that a test has killed
  // A database of Citus is no template: what lies on other nodes would not be copied.
  if (server && !empty && !encoding) await migrate(pool);
  return {
    url,
    directUrl,
    pool,
    async drop() {
      await pool.end();
      if (server) await dropOnCitus(server, name);
      else await onServer(`drop database if exists ${name} with (force)`, name);
    },
  };
}

/** The same database through the run's pooler, where there is one. */
async function pooledUrl(directUrl: string): Promise<string> {
  if (suitePoolMode() === undefined) return directUrl;
  const port = process.env.TEST_POOLER_PORT;
  if (port === undefined) throw new Error('TEST_POOLER_PORT is not set: these tests run with tests/global-setup.ts');
  await setForPooler(directUrl);
  const url = new URL(directUrl);
  url.port = port;
  return url.href;
}

/** Drops a role that a test has made. No database needs it any more. */
export async function dropRole(role: string): Promise<void> {
  const server = citusUrl();
  if (server === undefined) await onServer(`drop role ${role}`, 'postgres');
  else await dropRoleOnCitus(server, role);
}

/** Runs one statement on the server's database `postgres` and returns the url of the database `name`. */
export async function onServer(statement: string, name: string): Promise<string> {
  const server = process.env.TEST_POSTGRES_URL;
  if (server === undefined) throw new Error('TEST_POSTGRES_URL is not set: these tests run with tests/global-setup.ts');
  const client = new pg.Client({ connectionString: server });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
  const url = new URL(server);
  url.pathname = `/${name}`;
  return url.href;
}
