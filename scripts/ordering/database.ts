import pg from 'pg';
import { withTlsSpelledOut } from '../../db/tls-mode.ts';
import type { Cloud } from '../tencent/cloud.ts';
import { DeployError } from '../tencent/failures.ts';
import type { Output } from '../tencent/output.ts';
import { ensureInstance } from './postgres-instance.ts';
import type { OrderingSettings } from './settings.ts';
import { noPostgresUrl } from './values.ts';

/**
 * The database of the stage: the one of `DATABASE_URL`, else the one that serverless.yml asks for, else the one that is
 * deployed already.
 * @throws DeployError when there is none, or when it should be reachable from here and is not
 */
export async function chooseDatabase(
  cloud: Cloud,
  settings: OrderingSettings,
  given: string | undefined,
  deployed: string | undefined,
  out: Output,
): Promise<string> {
  if (given !== undefined) {
    out.hide([given, passwordOf(given)]);
    if (settings.database !== undefined)
      throw new DeployError(
        'nothing was changed:\n  - DATABASE_URL is set, and provider.database asks for another database: say which, by taking one away',
      );
    const problem = await problemOf(given, settings, cloud.access.apiEndpoint !== undefined);
    if (problem !== undefined) throw new DeployError(`nothing was changed:\n  - DATABASE_URL: ${problem}`);
    return given;
  }
  if (settings.database !== undefined) return ensureInstance(cloud, settings, settings.database, deployed, out);
  if (deployed !== undefined) return deployed;
  throw new DeployError(
    'nothing was changed:\n  - no database: set DATABASE_URL (postgres://user:password@host:port/name), or let provider.database in serverless.yml make one',
  );
}

/** What is wrong with a database, seen from here; a private one can only be reached from within its network. */
async function problemOf(text: string, { vpc }: OrderingSettings, isTest: boolean): Promise<string | undefined> {
  const wrong = noPostgresUrl(text);
  if (wrong !== undefined) return wrong;
  const host = new URL(text).hostname;
  if (isLoopback(host) && !isTest) return `${host} is this machine, which functions in the cloud cannot reach`;
  if (isPrivate(host) && vpc === undefined)
    return `${host} is a private address: name provider.vpc in serverless.yml, so that functions are put into its network`;
  const failure = await tryDatabase(text);
  // From a private network we may be unable to see it; what a database itself has said counts everywhere.
  if (failure === undefined || (vpc !== undefined && !isOfDatabase(failure))) return undefined;
  return `cannot be used: ${failure.message}`;
}

/** Connects and asks whether we could work there. */
async function tryDatabase(connectionString: string): Promise<Error | undefined> {
  const client = new pg.Client({
    connectionString: withTlsSpelledOut(connectionString),
    connectionTimeoutMillis: 5_000,
    query_timeout: 5_000,
  });
  client.on('error', () => {});
  try {
    await client.connect();
    const { rows } = await client.query<{ version: number; role: string; may: boolean }>(
      `select current_setting('server_version_num')::integer / 10000 as version, current_user as role,
        has_schema_privilege(coalesce(current_schema(), 'public'), 'create') or to_regclass('migrations') is not null as may`,
    );
    const [{ version, role, may } = { version: 0, role: '', may: false }] = rows;
    if (version < 14) return new DeployError(`it is PostgreSQL ${version}; 14 or later is needed`);
    if (!may) return new DeployError(`${role} may not make tables there: grant create on schema public to ${role}`);
    return undefined;
  } catch (error) {
    return error as Error;
  } finally {
    await client.end().catch(() => {});
  }
}

/** Whether this is a word of the database itself, not of the network before it. */
function isOfDatabase(failure: Error): boolean {
  return failure instanceof DeployError || failure instanceof pg.DatabaseError;
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || host.startsWith('127.');
}

function isPrivate(host: string): boolean {
  return /^(10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.)/.test(host);
}

function passwordOf(text: string): string {
  return URL.canParse(text) ? decodeURIComponent(new URL(text).password) : '';
}
