import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import {
  addressSubject,
  hashOf,
  isOrderToken,
  matches,
  newShopKey,
  orderToken,
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
    const token = orderToken('s', order);
    expect(orderToken('s', order)).toBe(token);
    expect(token).toMatch(/^[A-Za-z0-9_-]{43}$/);
    const others = [orderToken('t', order), orderToken('s', randomUUID()), orderToken('s', order.toUpperCase())];
    expect(new Set([token, ...others]).size).toBe(4);
  });

  it('opens its own order alone', () => {
    const token = orderToken('s', order);
    expect(isOrderToken('s', order, token)).toBe(true);
    for (const wrong of ['', token.slice(1), `${token}=`, token.toUpperCase(), order, 's']) {
      expect(isOrderToken('s', order, wrong)).toBe(false);
    }
    expect(isOrderToken('s', randomUUID(), token)).toBe(false);
    expect(isOrderToken('t', order, token)).toBe(false);
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
    expect(orderToken('s', 'x').startsWith(addressSubject('s', 'x'))).toBe(false);
  });
});
