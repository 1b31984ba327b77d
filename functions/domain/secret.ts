import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** A new key of a shop: 256 random bits, URL-safe. */
export function newShopKey(): string {
  return randomBytes(32).toString('base64url');
}

/**
 * The key that a command of a shop makes: a function of the command, so that a repetition can be answered with the same
 * key and nothing need be stored. It is as long as `newShopKey`, and nobody without the secret can tell it.
 */
export function shopKeyOf(tokenSecret: string, shop: string, commandId: string): string {
  const command = `key of ${shop}:${commandId.toLowerCase()}`;
  return createHmac('sha256', tokenSecret).update(command, 'utf8').digest('base64url');
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

/**
 * The token of an order's read-only link, in the same form: it shows the order without its customer, and does nothing to
 * it. It does not lead to the other token.
 */
export function shareToken(tokenSecret: string, shop: string, orderId: string): string {
  const signature = createHmac('sha256', tokenSecret).update(`view of ${shop}:${orderId}`, 'utf8').digest('base64url');
  return `${shop}.${signature}`;
}

/** What a token opens: an order of this shop, or where it does not say, of the shop that has it. */
export interface OpenedOrder {
  shop: string | undefined;
  /** It is the token of a read-only link. */
  isReadOnly: boolean;
}

/** Reads the token of an order, in constant time; `undefined` when it is not this order's. */
export function readOrderToken(tokenSecret: string, orderId: string, token: string): OpenedOrder | undefined {
  const end = token.indexOf('.');
  const shop = end < 0 ? undefined : token.slice(0, end);
  const is = (expected: string) => matches(token, hashOf(expected));
  if (shop === undefined) {
    return is(shoplessOrderToken(tokenSecret, orderId)) ? { shop, isReadOnly: false } : undefined;
  }
  if (is(orderToken(tokenSecret, shop, orderId))) return { shop, isReadOnly: false };
  return is(shareToken(tokenSecret, shop, orderId)) ? { shop, isReadOnly: true } : undefined;
}

/** A network address as it is stored: enough to count by, nothing to read. */
export function addressSubject(tokenSecret: string, address: string): string {
  return createHmac('sha256', tokenSecret).update(`address:${address}`, 'utf8').digest('base64url').slice(0, 22);
}
