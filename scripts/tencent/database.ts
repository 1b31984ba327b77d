import pg from 'pg';
import type { Cloud } from './cloud.ts';
import { DeployError } from './failures.ts';
import type { Output } from './output.ts';
import { ensureInstance } from './postgres-instance.ts';
import type { Settings } from './settings.ts';

/**
 * The database of the stage: the one of `DATABASE_URL`, else the one that serverless.yml asks for, else the one that is
 * deployed already.
 * @throws DeployError when there is none, or when it should be reachable from here and is not
 */
export async function chooseDatabase(
  cloud: Cloud,
  settings: Settings,
  given: string | undefined,
  deployed: string | undefined,
  out: Output,
): Promise<string> {
  if (given !== undefined) {
    out.hide([given, passwordOf(given)]);
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
async function problemOf(text: string, { vpc }: Settings, isTest: boolean): Promise<string | undefined> {
  if (!URL.canParse(text) || !/^postgres(ql)?:$/.test(new URL(text).protocol)) {
    return 'is no PostgreSQL URL; it looks like postgres://user:password@host:5432/name (encode special characters of the password)';
  }
  const host = new URL(text).hostname;
  if (isLoopback(host) && !isTest) return `${host} is this machine, which functions in the cloud cannot reach`;
  if (isPrivate(host) && vpc === undefined)
    return `${host} is a private address: name provider.vpc in serverless.yml, so that functions are put into its network`;
  const failure = await tryDatabase(text);
  if (failure === undefined || (isPrivate(host) && isNetwork(failure))) return undefined;
  if (isNetwork(failure) && vpc !== undefined) return undefined;
  return `cannot be used: ${failure.message}`;
}

/** Connects and asks one question. */
async function tryDatabase(connectionString: string): Promise<(Error & { code?: string }) | undefined> {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 5_000, query_timeout: 5_000 });
  client.on('error', () => {});
  try {
    await client.connect();
    const { rows } = await client.query<{ server_version_num: string }>('show server_version_num');
    const version = Math.floor(Number(rows[0]?.server_version_num) / 10_000);
    if (version < 14) return new Error(`it is PostgreSQL ${version}; 14 or later is needed`);
    return undefined;
  } catch (error) {
    return error as Error;
  } finally {
    await client.end().catch(() => {});
  }
}

function isNetwork({ code, message }: Error & { code?: string }): boolean {
  return (
    /^E(CONNREFUSED|TIMEDOUT|HOSTUNREACH|NETUNREACH|CONNRESET|NOTFOUND|AI_AGAIN)$/.test(code ?? '') ||
    /timeout/i.test(message)
  );
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
