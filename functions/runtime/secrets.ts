import { writeLog } from '../../apigateway/log.ts';
import { countedAddress } from '../../apigateway/network-address.ts';
import { addressSubject, isOrderToken, orderToken } from '../domain/secret.ts';
import { tokenSecretsOfFunction } from './environment.ts';

const secrets = tokenSecretsOfFunction();
const [tokenSecret] = secrets;

/**
 * What is stored of a network address, to count by: the same for all that limits count as one, however the platform
 * writes it. All whose address the platform does not know are counted as one: there should be none.
 */
export function subjectOf(address: string | undefined): string {
  const counted = countedAddress(address ?? '');
  if (counted === undefined) warnOfUnknown();
  return addressSubject(tokenSecret, counted ?? 'unknown');
}

let warnedAt = Number.NEGATIVE_INFINITY;

/** All customers share one limit then, so whoever runs this has to know; once in ten seconds is enough. */
function warnOfUnknown() {
  if (performance.now() - warnedAt < 10_000) return;
  warnedAt = performance.now();
  writeLog('warn', 'security event', { kind: 'address_unknown' });
}

/** The token that lets its holder follow an order. */
export const tokenOf = (orderId: string): string => orderToken(tokenSecret, orderId);

/** Whether a token is the order's. */
export const isTokenOf = (orderId: string, token: string): boolean =>
  secrets.some(secret => isOrderToken(secret, orderId, token));
