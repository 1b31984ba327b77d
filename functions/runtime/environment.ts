import { addressOf } from '../../db/database-url.ts';
import type { RateLimits } from '../../db/orders.ts';
import type { RoleRule } from '../../db/session.ts';
import type { ConnectionCaps } from '../../db/subscriptions.ts';

/** Variables by name: those of this process, or those that a deployment is about to give to a function. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * What an environment variable says, without spaces around it; one that is empty counts as unset. Everything that reads a
 * variable of ours does it here: compose files, shells and consoles of clouds set a variable to nothing to leave it out.
 */
export function given(name: string, environment: Environment = process.env): string | undefined {
  return environment[name]?.trim() || undefined;
}

/** The value of an environment variable, or the fallback. @throws Error that names the variable when there is neither */
export function setting(name: string, fallback?: string, environment: Environment = process.env): string {
  const value = given(name, environment) ?? fallback;
  if (value === undefined) throw new Error(`the environment variable ${name} is not set`);
  return value;
}

/** As `setting`, a whole number from 1. @throws Error that names the variable */
function count(name: string, fallback: number, environment: Environment): number {
  const value = Number(setting(name, String(fallback), environment));
  if (Number.isInteger(value) && value > 0) return value;
  throw new Error(`the environment variable ${name} must be a whole number from 1`);
}

/** `DATABASE_POOL_SIZE`: 1 unless set, since an event function gets one event at a time. */
export function poolSize(environment: Environment = process.env): number {
  return count('DATABASE_POOL_SIZE', 1, environment);
}

/** `CHAT_LEASE_SECONDS`: how long somebody in the chat room is believed to be there without a sign of life; a day. */
export function chatLeaseSeconds(environment: Environment = process.env): number {
  return count('CHAT_LEASE_SECONDS', 86_400, environment);
}

/** `CHAT_WORKER_SECONDS`: how long a run of the chat's worker is; 50 unless set. */
export function chatWorkerSeconds(environment: Environment = process.env): number {
  return count('CHAT_WORKER_SECONDS', 50, environment);
}

/** `CHAT_DELIVERIES`: pushes a second of a process to members of its room; 5,000 unless set, without end for load tests. */
export function chatDeliveries(environment: Environment = process.env): number {
  const perSecond = count('CHAT_DELIVERIES', 5_000, environment);
  return rateLimits(environment) === undefined ? Number.POSITIVE_INFINITY : perSecond;
}

/** `RATE_LIMITS`: orders a minute per address, phone and shop, as in `30,10,600`; `off` lifts them. */
export function rateLimits(environment: Environment = process.env): RateLimits | undefined {
  const value = setting('RATE_LIMITS', '30,10,600', environment);
  if (value === 'off') return undefined;
  const [perAddress = 0, perPhone = 0, perShop = 0, ...more] = value.split(',').map(Number);
  const good = [perAddress, perPhone, perShop].every(limit => Number.isInteger(limit) && limit > 0);
  if (!good || more.length > 0) throw new Error('RATE_LIMITS must be off, or three numbers as in 30,10,600');
  return { perAddress, perPhone, perShop };
}

/** How many connections one network address, one shop and one order may have, and how many visitors a shop's menu. */
export function connectionCaps(environment: Environment = process.env): ConnectionCaps & { perAddress: number } {
  return {
    perAddress: count('CONNECTIONS_PER_ADDRESS', 200, environment),
    perShop: count('CONNECTIONS_PER_SHOP', 20, environment),
    perOrder: count('CONNECTIONS_PER_ORDER', 10, environment),
    visitorsPerShop: count('VISITORS_PER_SHOP', 200, environment),
  };
}

/** `DATABASE_URL`: where the PostgreSQL is. @throws Error when it is not set, or no URL of PostgreSQL */
export function databaseUrl(environment: Environment = process.env): string {
  const value = setting('DATABASE_URL', undefined, environment);
  addressOf(value);
  return value;
}

/** Bytes of a secret that nobody guesses. */
const LEAST_SECRET_BYTES = 32;

/**
 * `TOKEN_SECRET`, which signs the tokens of orders, and `TOKEN_SECRET_BEFORE` if it is set: what that has signed still
 * counts, so that the secret can be changed without a day on which customers' links are dead.
 * @throws Error that names the variable when one is not set or too short, and says how to make one
 */
export function tokenSecrets(
  environment: Environment = process.env,
  leastBytes = LEAST_SECRET_BYTES,
): readonly [string, ...string[]] {
  const current = setting('TOKEN_SECRET', undefined, environment);
  const before = given('TOKEN_SECRET_BEFORE', environment);
  requireLong('TOKEN_SECRET', current, leastBytes);
  if (before === undefined) return [current];
  requireLong('TOKEN_SECRET_BEFORE', before, leastBytes);
  return [current, before];
}

/**
 * As `tokenSecrets`, for a function by itself: with a database on this machine it is being tried out, and takes a short
 * secret too. Whatever serves strangers, the gateway and a deployment, asks `tokenSecrets` before.
 */
export function tokenSecretsOfFunction(environment: Environment = process.env): readonly [string, ...string[]] {
  return tokenSecrets(environment, hasLocalDatabase(environment) ? 1 : LEAST_SECRET_BYTES);
}

/** As `tokenSecrets`, for what can do without: none where `TOKEN_SECRET` is not set. */
export function tokenSecretsIfAny(environment: Environment = process.env): readonly string[] {
  return given('TOKEN_SECRET', environment) === undefined ? [] : tokenSecrets(environment);
}

function requireLong(name: string, value: string, leastBytes: number): void {
  if (Buffer.byteLength(value) >= leastBytes) return;
  throw new Error(
    `the environment variable ${name} must have at least ${leastBytes} bytes: openssl rand -hex 32 makes one`,
  );
}

/**
 * Where webhooks may lead besides the internet: the hosts of `PRIVATE_WEBHOOKS`, with commas between; and, where the
 * database is on this machine, this machine itself.
 */
export function webhookRule(environment: Environment = process.env): { privateHosts: string[]; allowsOwn: boolean } {
  const privateHosts = setting('PRIVATE_WEBHOOKS', '', environment)
    .split(',')
    .map(host => host.trim().toLowerCase())
    .filter(host => host !== '');
  if (!privateHosts.every(host => /^[\w.:-]+$/.test(host)))
    throw new Error('PRIVATE_WEBHOOKS must be hosts with commas between, as in hooks.internal,10.0.0.7');
  return { privateHosts, allowsOwn: hasLocalDatabase(environment) };
}

/**
 * Which role in the database functions may have: the least one, unless the database is on this machine and is being tried
 * out, or `DATABASE_SUPERUSER` is `allow`.
 */
export function databaseRole(environment: Environment = process.env): RoleRule {
  const value = given('DATABASE_SUPERUSER', environment);
  if (value !== undefined && value !== 'allow') throw new Error('DATABASE_SUPERUSER must be allow, or not set');
  return value === 'allow' || hasLocalDatabase(environment) ? 'owner' : 'least';
}

function hasLocalDatabase(environment: Environment): boolean {
  const url = given('DATABASE_URL', environment);
  return url !== undefined && /^(localhost|127\.[\d.]+|\[::1\]|[/%][^:]*):/.test(addressOf(url));
}

/** `REDIS_URL`: where the Redis is; empty when there is none. */
export function redisUrl(environment: Environment = process.env): string {
  const value = setting('REDIS_URL', '', environment);
  if (value === '' || (/^rediss?:\/\/[^/]/.test(value) && URL.canParse(value))) return value;
  throw new Error('REDIS_URL: is no Redis URL; it looks like redis://:password@host:6379');
}

/** As `redisUrl`, for what has no other place to go. @throws Error that names the variable when it is not set */
export function neededRedisUrl(environment: Environment = process.env): string {
  return redisUrl({ REDIS_URL: setting('REDIS_URL', undefined, environment) });
}

/** `SEND_BACK_URL` or another name: where functions push to; empty when there is none. */
export function sendBackUrl(name = 'SEND_BACK_URL', environment: Environment = process.env): string {
  const value = setting(name, '', environment);
  if (value === '' || (/^https?:\/\/[^/]/i.test(value) && URL.canParse(value))) return value;
  throw new Error(`${name} must be an http or https URL`);
}

/** `SEND_BACK_GONE_ERRNOS`: the values of `errNo` that say a connection is gone, as in `4001,4002`; ours unless set. */
export function sendBackGoneErrNos(environment: Environment = process.env): number[] | undefined {
  const value = setting('SEND_BACK_GONE_ERRNOS', '', environment);
  if (value === '') return undefined;
  if (/^-?\d+(,-?\d+)*$/.test(value)) return value.split(',').map(Number);
  throw new Error('SEND_BACK_GONE_ERRNOS must be numbers with commas between, as in 4001,4002');
}

/** Everything that is read of the environment and can be wrong. */
const readers: ((environment: Environment) => unknown)[] = [
  environment => given('DATABASE_URL', environment) && databaseUrl(environment),
  tokenSecretsIfAny,
  webhookRule,
  databaseRole,
  poolSize,
  chatLeaseSeconds,
  chatWorkerSeconds,
  chatDeliveries,
  rateLimits,
  connectionCaps,
  redisUrl,
  environment => sendBackUrl('SEND_BACK_URL', environment),
  environment => sendBackUrl('CHAT_SEND_BACK_URL', environment),
  sendBackGoneErrNos,
];

/** What functions would end with at their start, given these variables: for a deployment, which asks beforehand. */
export function problemsOfEnvironment(environment: Environment): string[] {
  return readers.flatMap(read => {
    try {
      read(environment);
      return [];
    } catch (error) {
      return [(error as Error).message];
    }
  });
}
