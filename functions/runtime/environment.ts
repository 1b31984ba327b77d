import type { RateLimits } from '../../db/orders.ts';
import type { ConnectionCaps } from '../../db/subscriptions.ts';

/** The value of an environment variable, or the fallback. @throws Error that names the variable when there is neither */
export function setting(name: string, fallback?: string): string {
  const value = process.env[name];
  if (value !== undefined && value !== '') return value;
  if (fallback !== undefined) return fallback;
  throw new Error(`the environment variable ${name} is not set`);
}

/** As `setting`, a whole number from 1. @throws Error that names the variable */
function count(name: string, fallback: number): number {
  const value = Number(setting(name, String(fallback)));
  if (Number.isInteger(value) && value > 0) return value;
  throw new Error(`the environment variable ${name} must be a whole number from 1`);
}

/** `DATABASE_POOL_SIZE`: 1 unless set, since an event function gets one event at a time. */
export function poolSize(): number {
  return count('DATABASE_POOL_SIZE', 1);
}

/** `CHAT_LEASE_SECONDS`: how long somebody in the chat room is believed to be there without a sign of life; a day. */
export function chatLeaseSeconds(): number {
  return count('CHAT_LEASE_SECONDS', 86_400);
}

/** `RATE_LIMITS`: orders a minute per address, phone and shop, as in `30,10,600`; `off` lifts them. */
export function rateLimits(): RateLimits | undefined {
  const value = setting('RATE_LIMITS', '30,10,600');
  if (value === 'off') return undefined;
  const [perAddress = 0, perPhone = 0, perShop = 0, ...more] = value.split(',').map(Number);
  const good = [perAddress, perPhone, perShop].every(limit => Number.isInteger(limit) && limit > 0);
  if (!good || more.length > 0) throw new Error('RATE_LIMITS must be off, or three numbers as in 30,10,600');
  return { perAddress, perPhone, perShop };
}

/** How many connections one network address, one shop and one order may have, and how many visitors a shop's menu. */
export function connectionCaps(): ConnectionCaps & { perAddress: number } {
  return {
    perAddress: count('CONNECTIONS_PER_ADDRESS', 200),
    perShop: count('CONNECTIONS_PER_SHOP', 20),
    perOrder: count('CONNECTIONS_PER_ORDER', 10),
    visitorsPerShop: count('VISITORS_PER_SHOP', 200),
  };
}
