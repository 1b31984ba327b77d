import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import {
  addressSubject,
  hashOf,
  matches,
  newShopKey,
  orderToken,
  readOrderToken,
  shareToken,
  shoplessOrderToken,
} from '../../functions/domain/secret.ts';

describe('a shop’s key', () => {
  it('is 256 random bits that may stand in a URL', () => {
    const keys = Array.from({ length: 200 }, newShopKey);
    expect(new Set(keys).size).toBe(200);
    for (const key of keys) {
      expect(key).toMatch(/^[A-Za-z0-9_-]{43}$/);
      expect(Buffer.from(key, 'base64url')).toHaveLength(32);
    }
  });

  it('is stored as its SHA-256', () => {
    // FIPS 180-2, appendix B.1
    expect(hashOf('abc').toString('hex')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
    expect(hashOf('键')).toEqual(hashOf('\u952e'));
  });

  it('fits its own hash and no other', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (one, other) => {
        expect(matches(one, hashOf(other))).toBe(one === other);
      }),
    );
    const key = newShopKey();
    expect(matches(key, hashOf(key))).toBe(true);
    for (const wrong of ['', key.slice(0, -1), `${key}x`, ` ${key}`, key.toLowerCase(), hashOf(key).toString('hex')]) {
      expect(matches(wrong, hashOf(key))).toBe(false);
    }
  });

  it('fits no hash of another length', () => {
    expect(matches('abc', hashOf('abc').subarray(0, 31))).toBe(false);
    expect(matches('', new Uint8Array())).toBe(false);
  });
});

describe('the token of an order', () => {
  const order = randomUUID();

  it('is the same every time, and another for another order or secret', () => {
    const token = orderToken('s', 'shop1', order);
    expect(orderToken('s', 'shop1', order)).toBe(token);
    expect(token).toMatch(/^shop1\.[A-Za-z0-9_-]{43}$/);
    const others = [
      orderToken('t', 'shop1', order),
      orderToken('s', 'shop2', order),
      orderToken('s', 'shop1', randomUUID()),
      orderToken('s', 'shop1', order.toUpperCase()),
    ];
    expect(new Set([token, ...others].map(each => each.split('.')[1])).size).toBe(5);
  });

  it('opens its own order alone, and names its shop', () => {
    const token = orderToken('s', 'shop1', order);
    expect(readOrderToken('s', order, token)).toEqual({ shop: 'shop1', isReadOnly: false });
    const [, signature] = token.split('.');
    const wrongs = [
      '',
      '.',
      token.slice(1),
      `${token}=`,
      token.toUpperCase(),
      order,
      's',
      signature ?? '',
      `shop2.${signature}`,
    ];
    for (const wrong of wrongs) expect([wrong, readOrderToken('s', order, wrong)]).toEqual([wrong, undefined]);
    expect(readOrderToken('s', randomUUID(), token)).toBeUndefined();
    expect(readOrderToken('t', order, token)).toBeUndefined();
  });

  it('of before, which named no shop, opens its own order alone', () => {
    const token = shoplessOrderToken('s', order);
    expect(readOrderToken('s', order, token)).toEqual({ shop: undefined, isReadOnly: false });
    expect(readOrderToken('s', order, `shop1.${token}`)).toBeUndefined();
    expect(readOrderToken('s', `shop1:${order}`, token)).toBeUndefined();
    expect(readOrderToken('s', randomUUID(), token)).toBeUndefined();
    expect(readOrderToken('t', order, token)).toBeUndefined();
  });

  it('of a read-only link opens its own order alone, and says that it is one', () => {
    const token = shareToken('s', 'shop1', order);
    expect(token).toMatch(/^shop1\.[A-Za-z0-9_-]{43}$/);
    expect(token).not.toBe(orderToken('s', 'shop1', order));
    expect(readOrderToken('s', order, token)).toEqual({ shop: 'shop1', isReadOnly: true });
    for (const wrong of [token.replace('shop1.', ''), token.replace('shop1', 'shop2'), `${token}=`])
      expect([wrong, readOrderToken('s', order, wrong)]).toEqual([wrong, undefined]);
    expect(readOrderToken('s', randomUUID(), token)).toBeUndefined();
    expect(readOrderToken('t', order, token)).toBeUndefined();
  });

  it('fits what a hello takes, however long the name of the shop', () => {
    expect(orderToken('s', 'x'.repeat(64), order).length).toBeLessThanOrEqual(200);
  });
});

describe('a network address', () => {
  it('is stored so that it can be counted by and not be read', () => {
    const subject = addressSubject('s', '203.0.113.7');
    expect(subject).toMatch(/^[A-Za-z0-9_-]{22}$/);
    expect(addressSubject('s', '203.0.113.7')).toBe(subject);
    expect(addressSubject('s', '203.0.113.8')).not.toBe(subject);
    expect(addressSubject('t', '203.0.113.7')).not.toBe(subject);
  });

  it('is never taken for the token of an order', () => {
    expect(shoplessOrderToken('s', 'x').startsWith(addressSubject('s', 'x'))).toBe(false);
  });
});
