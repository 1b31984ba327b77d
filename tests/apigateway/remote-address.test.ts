import type { IncomingMessage } from 'node:http';
import fc from 'fast-check';
import { readAddress } from '../../apigateway/network-address.ts';
import { type AddressRule, remoteAddressOf } from '../../apigateway/server/http/remote-address.ts';

const PROXY = '10.0.0.9';

/** The address of a request that came from the proxy with these headers, as Node gives them. */
function addressOf(headers: Record<string, string>, rule: AddressRule, from = PROXY): string {
  return remoteAddressOf({ headers, socket: { remoteAddress: from } } as unknown as IncomingMessage, rule);
}
const behind = (trustedProxies: number): AddressRule => ({ trustedProxies });
const forwardedFor = (list: string, trustedProxies = 1) =>
  addressOf({ 'x-forwarded-for': list }, behind(trustedProxies));
const forwarded = (list: string, trustedProxies = 1) => addressOf({ forwarded: list }, behind(trustedProxies));

describe('9.7: behind a proxy', () => {
  test.each([
    ['203.0.113.7', '203.0.113.7'],
    ['203.0.113.7:41234', '203.0.113.7'],
    ['[2001:DB8::7]:41234', '2001:db8::7'],
    ['"203.0.113.7"', '203.0.113.7'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['6.6.6.6, 203.0.113.7', '203.0.113.7'],
    ['6.6.6.6,203.0.113.7,', '203.0.113.7'],
    ['6.6.6.6, , ,203.0.113.7, ,', '203.0.113.7'],
    ['unknown, 203.0.113.7', '203.0.113.7'],
    ['"6.6.6.6, 203.0.113.7', '203.0.113.7'],
    ['"6.6.6.6\\", 203.0.113.7', '203.0.113.7'],
    ['6.6.6.6, unknown', ''],
    ['6.6.6.6, _hidden', ''],
    ['', PROXY],
    [', ,', PROXY],
    ['6.6.6.6, garbage', PROXY],
  ])('x-forwarded-for: %s is the address %j', (list, expected) => {
    expect(forwardedFor(list)).toBe(expected);
  });

  test.each([
    ['for=203.0.113.7', '203.0.113.7'],
    ['For="203.0.113.7:41234"', '203.0.113.7'],
    ['for="[2001:db8::7]:41234";proto=https;by=203.0.113.43', '2001:db8::7'],
    ['proto=https ; for = 203.0.113.7', '203.0.113.7'],
    ['for=6.6.6.6, for=203.0.113.7;host="a,b;for=6.6.6.6"', '203.0.113.7'],
    ['for=6.6.6.6;host="a\\"b, for=203.0.113.7', '203.0.113.7'],
    ['for="6.6.6.6, for=203.0.113.7', '203.0.113.7'],
    ['for=6.6.6.6;a="b, for=203.0.113.7;host="c\\"d"', '203.0.113.7'],
    ['for=6.6.6.6, for=unknown', ''],
    ['for=6.6.6.6, for="_hidden:_1"', ''],
    ['for=6.6.6.6, proto=https', ''],
    ['for=6.6.6.6, for=garbage', PROXY],
  ])('forwarded: %s is the address %j', (list, expected) => {
    expect(forwarded(list)).toBe(expected);
  });

  test('each proxy of ours counts one member, over all lines', () => {
    // Node joins the lines of a header with a comma.
    const list = '6.6.6.6, 203.0.113.7:1, 10.0.0.1, "[2001:db8::2]:3"';
    expect([0, 1, 2, 3, 4, 9].map(proxies => forwardedFor(list, proxies))).toEqual([
      PROXY,
      '2001:db8::2',
      '10.0.0.1',
      '203.0.113.7',
      '6.6.6.6',
      '6.6.6.6',
    ]);
  });

  test('x-forwarded-for counts and not forwarded, which the caller may have sent through', () => {
    const headers = { 'x-forwarded-for': '203.0.113.7', forwarded: 'for=6.6.6.6' };
    expect(addressOf(headers, behind(1))).toBe('203.0.113.7');
    expect(addressOf(headers, { trustedProxies: 0, addressHeader: 'forwarded' })).toBe('6.6.6.6');
  });

  test('what callers write before it never moves the member of our proxy', () => {
    const tail = fc.oneof(
      fc.ipV4(),
      fc.ipV4().map(address => `${address}:1234`),
      fc.ipV6().map(address => `"[${address}]:1234"`),
    );
    const nasty = fc.string({ unit: fc.constantFrom('"', '\\', ',', ';', ' ', '=', 'a', '[', ']', ':', '1', '.') });
    fc.assert(
      fc.property(nasty, tail, tail, (before, first, second) => {
        const expected = readAddress(first);
        expect(forwardedFor(`${before}, ${first}`)).toBe(expected);
        expect(forwardedFor(`${before}, ${first}, ${second}`, 2)).toBe(expected);
        const quoted = first.startsWith('"') ? first : `"${first}"`;
        expect(forwarded(`${before}, for=${quoted};host="a,b";proto=https`)).toBe(expected);
        expect(forwarded(`${before}, by=x;for=${quoted}, for=unknown`, 2)).toBe(expected);
      }),
    );
  });

  test('the longest header takes no time', () => {
    const worst = [
      '"\\"'.repeat(5_000),
      '\\'.repeat(16_000),
      `for=${' '.repeat(16_000)}`,
      ',"'.repeat(8_000),
      '"\\'.repeat(8_000),
    ];
    const startedAt = Date.now();
    for (const list of worst) {
      for (const headers of [{ 'x-forwarded-for': list }, { forwarded: list }]) addressOf(headers, behind(9_999));
    }
    expect(Date.now() - startedAt).toBeLessThan(1_000);
  });
});

describe('9.7: with a header of the platform', () => {
  const rule = { trustedProxies: 0, addressHeader: 'x-scf-remote-addr' };
  test.each([
    ['203.0.113.7', '203.0.113.7'],
    ['203.0.113.7:41234', '203.0.113.7'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['[2001:db8::7]:1', '2001:db8::7'],
    ['6.6.6.6, 203.0.113.7', '203.0.113.7'],
    ['6.6.6.6, unknown', ''],
    ['garbage', ''],
    ['', ''],
  ])('%s is the address %j', (value, expected) => {
    expect(addressOf({ 'x-scf-remote-addr': value }, rule)).toBe(expected);
  });

  test('a platform that does not say it leaves the address unknown', () => {
    expect(addressOf({ 'x-forwarded-for': '6.6.6.6' }, rule)).toBe('');
  });

  test('trusted proxies count in the header that is named', () => {
    const named = { trustedProxies: 2, addressHeader: 'forwarded' };
    expect(addressOf({ forwarded: 'for=6.6.6.6, for=203.0.113.7, for=10.0.0.1' }, named)).toBe('203.0.113.7');
  });
});

test('9.7: the address of the socket is in its one spelling', () => {
  expect(addressOf({}, behind(0), '::ffff:203.0.113.7')).toBe('203.0.113.7');
  expect(addressOf({}, behind(1), 'fe80::1%eth0')).toBe('fe80::1');
});
