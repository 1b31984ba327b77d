import { countedAddress } from '../../apigateway/network-address.ts';
import { securityEventsOfProcess } from '../../apigateway/security-events-of-process.ts';
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
  // All customers share one limit then, so whoever runs this has to know.
  if (counted === undefined) securityEventsOfProcess().tell('address_unknown');
  return addressSubject(tokenSecret, counted ?? 'unknown');
}

/** The token that lets its holder follow an order. */
export const tokenOf = (orderId: string): string => orderToken(tokenSecret, orderId);

/** Whether a token is the order's. */
export const isTokenOf = (orderId: string, token: string): boolean =>
  secrets.some(secret => isOrderToken(secret, orderId, token));
