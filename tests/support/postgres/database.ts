import { randomUUID } from 'node:crypto';
import pg from 'pg';

/** The database that every other one is copied from: all migrations have been applied, nobody is connected. */
export const templateName = 'migrated_template';

/** A database of one test or test file. */
export interface TestDatabase {
  url: string;
  pool: pg.Pool;
  /** Ends the pool and removes the database, whoever else is still connected. */
  drop(): Promise<void>;
}

/** Makes a database of its own on the run's server: migrated, or with `empty` without any table, or of another `encoding`. */
export async function createTestDatabase({ empty = false, encoding = '' } = {}): Promise<TestDatabase> {
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  const how = encoding ? `template0 encoding '${encoding}'` : empty ? 'template0' : templateName;
  const url = await onServer(`create database ${name} template ${how}`, name);
  const pool = new pg.Pool({ connectionString: url });
  pool.on('error', () => {}); // a connection that a test has killed
  return {
    url,
    pool,
    async drop() {
      await pool.end();
      await onServer(`drop database if exists ${name} with (force)`, name);
    },
  };
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
