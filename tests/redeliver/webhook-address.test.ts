import type dns from 'node:dns';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isPublicAddress } from '../../functions/runtime/public-address.ts';
import { createWebhookCaller } from '../../functions/runtime/webhook.ts';

test.each([
  '0.0.0.0',
  '10.0.0.1',
  '100.64.0.1',
  '127.0.0.1',
  '127.255.255.255',
  '169.254.169.254',
  '172.16.0.1',
  '172.31.255.255',
  '192.168.1.1',
  '198.18.0.1',
  '224.0.0.1',
  '255.255.255.255',
  '::',
  '::1',
  '::ffff:127.0.0.1',
  '::ffff:a9fe:a9fe',
  '64:ff9b::a9fe:a9fe',
  '2002:7f00:1::',
  'fc00::1',
  'fd00:ec2::254',
  'fe80::1%eth0',
  'fec0::1',
  'ff02::1',
  '',
  'localhost',
])('13.10: %j is no public address', address => {
  expect(isPublicAddress(address)).toBe(false);
});

test.each([
  '1.1.1.1',
  '172.15.0.1',
  '172.32.0.1',
  '100.128.0.1',
  '169.253.0.1',
  '2606:4700::1111',
  '2a00::1',
])('13.10: %s is a public address', address => expect(isPublicAddress(address)).toBe(true));

/** A caller for whom every name has these addresses, and what it asked for. */
function callerOf(addresses: string[], more: { privateHosts?: string[]; allowsOwn?: boolean } = {}) {
  const asked: string[] = [];
  const lookup = ((host: string, _options: object, callback: (error: null, found: object[]) => void) => {
    asked.push(host);
    callback(
      null,
      addresses.map(address => ({ address, family: address.includes(':') ? 6 : 4 })),
    );
  }) as unknown as typeof dns.lookup;
  const call = createWebhookCaller({ privateHosts: [], allowsOwn: false, lookup, ...more });
  return { asked, call: (url: string) => call(url, {}, '{}') };
}

test.each([
  ['http://hooks.example/', 'not_https'],
  ['http://127.0.0.1:80/', 'not_https'],
  ['https://127.0.0.1/', 'private_address'],
  ['https://2130706433/', 'private_address'],
  ['https://0x7f.1/', 'private_address'],
  ['https://[::1]/', 'private_address'],
  ['https://[::ffff:10.0.0.1]/', 'private_address'],
  ['https://169.254.169.254/latest/meta-data/', 'private_address'],
])('13.10: %s is not called: %s', async (url, why) => {
  const { asked, call } = callerOf(['1.1.1.1']);
  expect(await call(url)).toBe(why);
  expect(asked).toEqual([]);
});

test.each([
  [['10.0.0.7']],
  [['1.1.1.1', '127.0.0.1']],
  [['::ffff:127.0.0.1']],
  [['fd00::1']],
])('13.10: a name that resolves to %j is not called', async addresses => {
  const { asked, call } = callerOf(addresses);
  expect(await call('https://hooks.example/')).toBe('private_address');
  expect(asked).toEqual(['hooks.example']);
});

describe('with a server', () => {
  let answer: RequestListener;
  let paths: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    paths.push(request.url);
    answer(request, response);
  });
  let port: number;
  beforeAll(() => new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve)));
  beforeEach(() => {
    ({ port } = server.address() as AddressInfo);
    paths = [];
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  test('13.10: the address that was checked is the one that is connected to, and a host that is named may be private', async () => {
    answer = (_, response) => response.end();
    const own = callerOf(['127.0.0.1'], { allowsOwn: true });
    expect(await own.call(`http://localhost:${port}/own`)).toBeUndefined();
    // The second answer of a name that changes is never asked for.
    expect(own.asked).toEqual(['localhost']);
    expect(await own.call(`http://10.0.0.7:${port}/`)).toBe('not_https');
    const named = callerOf([], { privateHosts: ['127.0.0.1'] });
    expect(await named.call(`http://127.0.0.1:${port}/named`)).toBeUndefined();
    expect(paths).toEqual(['/own', '/named']);
  });

  test('13.10: a redirect is not followed, and an endless answer not read', async () => {
    const { call } = callerOf([], { allowsOwn: true });
    answer = (_, response) => response.writeHead(302, { location: '/elsewhere' }).end();
    expect(await call(`http://127.0.0.1:${port}/`)).toBe('answered 302');
    answer = (_, response) => {
      const more = setInterval(() => response.write('x'.repeat(16 * 1024)), 1);
      response.on('close', () => clearInterval(more));
    };
    expect(await call(`http://127.0.0.1:${port}/`)).toBe('ERR_BAD_RESPONSE');
    expect(paths).toEqual(['/', '/']);
  });
});
