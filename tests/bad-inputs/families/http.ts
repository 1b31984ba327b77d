import type { BadInput } from '../bad-input.ts';

const notFound = [
  '//',
  '//bill',
  '/BILL',
  '/bill%2f',
  '/bill;x',
  '/%2e%2e/package.json',
  '/..%2fpackage.json',
  '/..;/package.json',
  '/....//package.json',
  '/%c0%ae%c0%ae/package.json',
  '/%00',
  '/order.html%00',
  '/order.html.map',
  '/assets/..%2f..%2fpackage.json',
  '/.env',
  '/.git/config',
  '/.local/secrets.json',
  '/package.json',
  '/gateway.json',
  '/init_db',
  '/register',
  '/transport',
  '/cleanup',
  '/redeliver',
  '/metrics',
  '/send-back/pgws',
  '/dist/bill/index.js',
  '/server-status',
];
const otherMethods: [string, string][] = [
  ...['GET', 'PUT', 'DELETE', 'PATCH'].map((method): [string, string] => ['/bill', method]),
  ['/bill/', 'GET'],
  ...['POST', 'PUT', 'DELETE'].map((method): [string, string] => ['/get_shop_info', method]),
];
const queries = [
  '?shop=shop1&shop=shop2',
  '?what=1',
  '?shop=a%00',
  '?shop=shop1&after=a',
  '?shop[]=shop1',
  '?__proto__=1',
  '?slots=2026-12-25',
  '?shop=shop1&slots=',
  '?shop=shop1&slots=2026-02-30',
  '?shop=shop1&slots=2026-12-25T00:00:00Z',
  '?shop=shop1&slots=2026-12-25&slots=2026-12-26',
  '?shop=shop1&slots=2026-12-25&after=shop1',
  `?after=${'x'.repeat(200)}`,
];

const head = (...lines: string[]) => `GET /get_shop_info HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`;
const broken: [string, string, number][] = [
  ['no HTTP at all', 'hello\r\n\r\n', 400],
  ['TLS', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', 400],
  ['two Host headers', head('host: 127.0.0.1', 'host: 127.0.0.1'), 400],
  ['no Host header', head('accept: */*'), 400],
  ['a Host that is none', head('host: a b'), 400],
  ['a Host of a stranger', head('host: rebound.example'), 400],
  ['a header without name', head('host: 127.0.0.1', ': x'), 400],
  ['a space before the colon', head('host: 127.0.0.1', 'x : y'), 400],
  ['a folded header', head('host: 127.0.0.1', 'x: y', ' z'), 400],
  ['a NUL in a header', head('host: 127.0.0.1', 'x: a\0b'), 400],
  ['headers of 64 KiB', head('host: 127.0.0.1', `x: ${'y'.repeat(65_536)}`), 431],
  ['two lengths', 'POST /bill HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\n{}', 400],
  ['a negative length', 'POST /bill HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: -2\r\n\r\n{}', 400],
  [
    'a length and chunks',
    'POST /bill HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: 2\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
    400,
  ],
  ['a chunk of no size', 'POST /bill HTTP/1.1\r\nhost: 127.0.0.1\r\ntransfer-encoding: chunked\r\n\r\nx\r\n', 400],
  ['another coding', 'POST /bill HTTP/1.1\r\nhost: 127.0.0.1\r\ntransfer-encoding: gzip, chunked\r\n\r\n', 501],
  ['another version', 'GET / HTTP/3.0\r\nhost: 127.0.0.1\r\n\r\n', 505],
  ['another method', 'BREW / HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n', 501],
  ['a proxy’s method', 'CONNECT evil.example:443 HTTP/1.1\r\nhost: evil.example\r\n\r\n', 501],
];

/** What may not be asked for, or not in this way. */
export const badHttp: BadInput[] = [
  ...notFound.map((path): BadInput => ({ name: path, request: { path }, status: 404, code: 'not_found' })),
  ...otherMethods.map(
    ([path, method]): BadInput => ({
      name: `${method} ${path}`,
      request: { path, method },
      status: 405,
      code: 'method_not_allowed',
    }),
  ),
  {
    name: 'a method override',
    request: { path: '/bill', headers: { 'x-http-method-override': 'POST' } },
    status: 405,
    code: 'method_not_allowed',
  },
  ...queries.map(
    (query): BadInput => ({
      name: query.slice(0, 40),
      request: { path: `/get_shop_info${query}` },
      status: 400,
      code: 'invalid_request',
    }),
  ),
  { name: '?shop=%ff', request: { path: '/get_shop_info?shop=%ff' }, status: 404, code: 'shop_not_found' },
  ...broken.map(([name, bytes, status]): BadInput => ({ name, bytes: Buffer.from(bytes, 'latin1'), status })),
];
