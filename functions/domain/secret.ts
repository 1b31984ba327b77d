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

/** The token of an order: a function of its id, so that a replay can repeat it and nothing need be stored. */
export function orderToken(tokenSecret: string, orderId: string): string {
  return createHmac('sha256', tokenSecret).update(`order:${orderId}`, 'utf8').digest('base64url');
}

/** Whether `token` is the order's, in constant time. */
export function isOrderToken(tokenSecret: string, orderId: string, token: string): boolean {
  return matches(token, hashOf(orderToken(tokenSecret, orderId)));
}

/** A network address as it is stored: enough to count by, nothing to read. */
export function addressSubject(tokenSecret: string, address: string): string {
  return createHmac('sha256', tokenSecret).update(`address:${address}`, 'utf8').digest('base64url').slice(0, 22);
}
