import fc from 'fast-check';
import { countedAddress, readAddress } from '../../apigateway/network-address.ts';

describe('9.7: an address', () => {
  test.each([
    ['203.0.113.7', '203.0.113.7'],
    [' 203.0.113.7 ', '203.0.113.7'],
    ['203.0.113.7:41234', '203.0.113.7'],
    ['203.0.113.7:_port', '203.0.113.7'],
    ['"203.0.113.7:80"', '203.0.113.7'],
    ['"203.0.113.\\7"', '203.0.113.7'],
    ['2001:db8::7', '2001:db8::7'],
    ['2001:DB8:0:0::0007', '2001:db8::7'],
    ['[2001:db8::7]', '2001:db8::7'],
    ['[2001:db8::7]:41234', '2001:db8::7'],
    ['"[2001:db8::7]:41234"', '2001:db8::7'],
    ['fe80::1%eth0', 'fe80::1'],
    ['[fe80::1%25eth0]:80', 'fe80::1'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['::FFFF:cb00:7107', '203.0.113.7'],
    ['[::ffff:203.0.113.7]:80', '203.0.113.7'],
    ['0:0:0:0:0:ffff:203.0.113.7', '203.0.113.7'],
    ['::1', '::1'],
  ])('is read out of %j', (text, expected) => {
    expect(readAddress(text)).toBe(expected);
  });

  test.each([
    '',
    'unknown',
    '_hidden',
    'shop.example',
    '203.0.113',
    '203.0.113.7.8',
    '203.0.113.256',
    '203.0.113.07',
    '203.0.113.7:',
    '203.0.113.7:http',
    '203.0.113.7, 203.0.113.8',
    '1',
    '0x7f.0.0.1',
    '[203.0.113.7]',
    '[2001:db8::7',
    '2001:db8::7]',
    '[[2001:db8::7]]',
    '2001:db8::7::1',
    '2001:db8',
    '::1/64',
    '"203.0.113.7',
    `${'1'.repeat(5000)}.1.1.1`,
  ])('is not read out of %j', text => {
    expect(readAddress(text)).toBeUndefined();
    expect(countedAddress(text)).toBeUndefined();
  });

  test('has one spelling, however it was written', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV6(), fc.ipV4()), address => {
        const canonical = readAddress(address);
        expect(canonical).toBeDefined();
        expect(readAddress(canonical ?? '')).toBe(canonical);
        expect(readAddress(address.toUpperCase())).toBe(canonical);
        const withPort = address.includes(':') ? `[${address}]:443` : `${address}:443`;
        expect(readAddress(withPort)).toBe(canonical);
      }),
    );
  });
});

describe('9.7: limits count', () => {
  test.each([
    ['203.0.113.7:80', '203.0.113.7'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['64:ff9b::203.0.113.7', '203.0.113.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8:1:2::', '2001:db8:1:2::/64'],
    ['2001:db8::7', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80::1'],
  ])('%s as %s', (address, counted) => {
    expect(countedAddress(address)).toBe(counted);
  });

  test('two addresses of one /64 as one, of two as two', () => {
    const group = fc.integer({ min: 0, max: 0xffff });
    const half = fc.tuple(group, group, group, group);
    const text = (groups: number[]) => groups.map(each => each.toString(16)).join(':');
    fc.assert(
      // Prefixes from 2000::/3, which is where customers have their addresses.
      fc.property(fc.integer({ min: 0x2000, max: 0x3fff }), half, half, half, (first, network, one, other) => {
        const prefix = [first, ...network.slice(1)];
        const next = [first ^ 1, ...network.slice(1)];
        expect(countedAddress(text([...prefix, ...one]))).toBe(countedAddress(text([...prefix, ...other])));
        expect(countedAddress(text([...prefix, ...one]))).not.toBe(countedAddress(text([...next, ...one])));
      }),
    );
  });
});
