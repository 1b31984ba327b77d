import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** A new key of a shop: 256 random bits, URL-safe. */
export function newShopKey(): string {
  return randomBytes(32).toString('base64url');
}

/** What is stored of a shop's key. The key is random and long, so a plain hash gives nothing away. */
export function hashOf(secret: string): Buffer {
  return createHash('sha256').update(secret, 'utf8').digest();
}

/** Whether `secret` is the one whose hash was stored, in constant time. */
export function matches(secret: string, hash: Uint8Array): boolean {
  const own = hashOf(secret);
  return own.length === hash.length && timingSafeEqual(own, hash);
}

/**
 * The token of an order: a function of its shop and id, so that a replay can repeat it and nothing need be stored. It
 * names the shop, because only there the order is looked for.
 */
export function orderToken(tokenSecret: string, shop: string, orderId: string): string {
  const signature = createHmac('sha256', tokenSecret).update(`order of ${shop}:${orderId}`, 'utf8').digest('base64url');
  return `${shop}.${signature}`;
}

/** The token of an order as it was before tokens named the shop. Such tokens are on customers' devices. */
export function shoplessOrderToken(tokenSecret: string, orderId: string): string {
  return createHmac('sha256', tokenSecret).update(`order:${orderId}`, 'utf8').digest('base64url');
}

/** What a token opens: an order of this shop, or where it does not say, of the shop that has it. */
export interface OpenedOrder {
  shop: string | undefined;
}

/** Reads the token of an order, in constant time; `undefined` when it is not this order's. */
export function readOrderToken(tokenSecret: string, orderId: string, token: string): OpenedOrder | undefined {
  const end = token.indexOf('.');
  const shop = end < 0 ? undefined : token.slice(0, end);
  const expected =
    shop === undefined ? shoplessOrderToken(tokenSecret, orderId) : orderToken(tokenSecret, shop, orderId);
  return matches(token, hashOf(expected)) ? { shop } : undefined;
}

/** A network address as it is stored: enough to count by, nothing to read. */
export function addressSubject(tokenSecret: string, address: string): string {
  return createHmac('sha256', tokenSecret).update(`address:${address}`, 'utf8').digest('base64url').slice(0, 22);
}
