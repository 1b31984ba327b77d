import { countedAddress } from '../../apigateway/network-address.ts';
import { securityEventsOfProcess } from '../../apigateway/security-events-of-process.ts';
import { proofOfWork } from '../domain/order-proof.ts';
import {
  addressSubject,
  type OpenedOrder,
  orderToken,
  readOrderToken,
  shareToken,
  shopKeyOf,
} from '../domain/secret.ts';
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

/** Tasks for strangers while a shop is ordered from very much. */
export const orderProofs = proofOfWork(secrets, Date.now);

/** The token that lets its holder follow an order. */
export const tokenOf = (shop: string, orderId: string): string => orderToken(tokenSecret, shop, orderId);

/** The token of an order's read-only link. */
export const shareTokenOf = (shop: string, orderId: string): string => shareToken(tokenSecret, shop, orderId);

/** The key that a command of a shop makes. */
export const newKeyOf = (shop: string, commandId: string): string => shopKeyOf(tokenSecret, shop, commandId);

/** What a token opens; `undefined` when it is not the order's. */
export function readToken(orderId: string, token: string): OpenedOrder | undefined {
  for (const secret of secrets) {
    const opened = readOrderToken(secret, orderId, token);
    if (opened !== undefined) return opened;
  }
  return undefined;
}
