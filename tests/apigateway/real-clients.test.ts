import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { type Gateway, startGateway } from '../../apigateway/server/gateway.ts';
import type { HttpEvent } from '../../apigateway/tencent/http-event.ts';
import { hasProgram } from '../support/programs.ts';

const run = promisify(execFile);
const BODY = '{"dish":"蛋"}';

let gateway: Gateway;
let events: HttpEvent[] = [];
beforeAll(async () => {
  gateway = await startGateway({
    port: 0,
    log: () => {},
    routes: [
      {
        path: '/bill',
        methods: ['GET', 'POST'],
        target: event => {
          events.push(event as HttpEvent);
          return { statusCode: 201, headers: { 'content-type': 'application/json' }, body: '{"ok":true}' };
        },
      },
    ],
  });
});
afterAll(() => gateway.close());
beforeEach(() => {
  events = [];
});

(hasProgram('curl') ? describe : describe.skip)('9.7: curl is served', () => {
  const curl = async (...options: string[]) => {
    const { stdout } = await run('curl', ['-sS', '-m', '10', '-w', '%{http_code} %{num_connects}\n', ...options]);
    return stdout;
  };
  const data = ['-H', 'content-type: application/json', '-d', BODY];

  test.each<[string, string[]]>([
    ['as it is', data],
    ['when it offers HTTP/2 in the clear', ['--http2', ...data]],
    ['with HTTP/1.0', ['--http1.0', ...data]],
    ['with chunks', ['-H', 'transfer-encoding: chunked', ...data]],
    ['when it waits for 100 Continue', ['-H', 'expect: 100-continue', ...data]],
    ['with headers in capitals', ['-H', 'HOST: SHOP.EXAMPLE:80', ...data]],
  ])('%s', async (_, options) => {
    expect(await curl(...options, `${gateway.url}/bill?shop=a%20b`)).toBe('{"ok":true}201 1\n');
    expect(events).toMatchObject([{ body: BODY, queryString: { shop: 'a b' } }]);
  });

  test('through a proxy, which it asks in absolute form', async () => {
    const proxied = await curl('-x', gateway.url, ...data, 'http://shop.example/bill');
    expect(proxied).toBe('{"ok":true}201 1\n');
    expect(events[0]?.headers.host).toBe('shop.example');
  });

  test('twice on one connection, the first time with an offer of HTTP/2', async () => {
    const url = `${gateway.url}/bill`;
    expect(await curl('--http2', url, url)).toBe('{"ok":true}201 1\n{"ok":true}201 0\n');
  });

  test('when it asks for the headers alone', async () => {
    expect(await curl('-I', `${gateway.url}/bill`)).toMatch(/^HTTP\/1\.1 201 Created\r\n/);
  });
});

(hasProgram('python3') ? describe : describe.skip)('9.7: Python is served', () => {
  const programs: [string, string][] = [
    [
      'with urllib',
      `import sys, urllib.request
request = urllib.request.Request(sys.argv[1] + '/bill', data=sys.argv[2].encode(), headers={'Content-Type': 'application/json'})
with urllib.request.urlopen(request) as answer: print(answer.status)`,
    ],
    [
      'with urllib through a proxy',
      `import sys, urllib.request
opener = urllib.request.build_opener(urllib.request.ProxyHandler({'http': sys.argv[1]}))
request = urllib.request.Request('http://shop.example/bill', data=sys.argv[2].encode(), headers={'Content-Type': 'application/json'})
with opener.open(request) as answer: print(answer.status)`,
    ],
    [
      'with http.client and chunks',
      `import sys, http.client, urllib.parse
connection = http.client.HTTPConnection(urllib.parse.urlsplit(sys.argv[1]).netloc)
connection.request('POST', '/bill', body=iter([sys.argv[2].encode()]), headers={'Content-Type': 'application/json'}, encode_chunked=True)
print(connection.getresponse().status)`,
    ],
  ];
  test.each(programs)('%s', async (_, program) => {
    const { stdout } = await run('python3', ['-c', program, gateway.url, BODY], {
      env: { ...process.env, no_proxy: '' },
    });
    expect(stdout).toBe('201\n');
    expect(events).toMatchObject([{ path: '/bill', body: BODY }]);
  });
});
