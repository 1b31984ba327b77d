import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { type Gateway, startGateway } from '../../apigateway/server/gateway.ts';
import { rawHttp } from './raw-http.ts';

let directory: string;
let gateway: Gateway;
const ownPolicy = "default-src 'none'; connect-src 'self' https://api.example ws: wss:; base-uri 'none'";
const html = `<!doctype html><meta http-equiv="content-security-policy" content="${ownPolicy}"><title>外卖</title>${'<p>menu</p>'.repeat(100)}`;

beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'pages-'));
  await mkdir(path.join(directory, 'assets'));
  await mkdir(path.join(directory, '.git'));
  const files = {
    'order.html': html,
    'foreign.html': '<!doctype html><script>run()</script>',
    'order-3KD2QF7A.js': 'let a = 1;',
    'order-3KD2QF7A.js.map': '{}',
    'assets/bell.mp3': 'bell',
    'app.webmanifest': '{}',
    '.env': 'SECRET=1',
    '.git/config': 'secret',
  };
  for (const [name, text] of Object.entries(files)) await writeFile(path.join(directory, name), text);
  gateway = await startGateway({
    port: 0,
    log: () => {},
    pages: { directory, home: '/order.html' },
    routes: [{ path: '/bill', methods: ['POST'], target: () => ({ statusCode: 200 }) }],
  });
});
afterAll(async () => {
  await gateway.close();
  await rm(directory, { recursive: true });
});

const get = (target: string, headers: Record<string, string> = {}, method = 'GET') =>
  fetch(gateway.url + target, { headers, method, redirect: 'manual' });

test('a page is served with headers that let nothing foreign run', async () => {
  const response = await get('/order.html', { 'accept-encoding': 'identity' });
  expect(response.status).toBe(200);
  expect(await response.text()).toBe(html);
  expect(Object.fromEntries(response.headers)).toMatchObject({
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': `default-src 'none'; connect-src 'self' https://api.example ws://127.0.0.1:${gateway.port} wss://127.0.0.1:${gateway.port}; base-uri 'none'; frame-ancestors 'none'`,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'cache-control': 'no-cache',
    vary: 'accept-encoding',
  });
});

test('pages let in images of the hosts that are named, in their header and in their own policy', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'image-hosts-'));
  const policy = "default-src 'none'; img-src 'self'; base-uri 'none'";
  await writeFile(
    path.join(folder, 'order.html'),
    `<meta http-equiv="content-security-policy" content="${policy}"><p>img-src 'self'</p>`,
  );
  const pages = { directory: folder, home: '/order.html' };
  const imageHosts = ['images.example', 'cdn.example:8443'];
  const other = await startGateway({ port: 0, log: () => {}, pages, imageHosts });
  try {
    const response = await fetch(`${other.url}/order.html`);
    const wanted = "img-src 'self' https://images.example https://cdn.example:8443; base-uri 'none'";
    expect(response.headers.get('content-security-policy')).toContain(wanted);
    const text = await response.text();
    expect(text).toContain(wanted);
    expect(text).toContain("<p>img-src 'self'</p>");
  } finally {
    await other.close();
    await rm(folder, { recursive: true });
  }
});

test.each([
  'https://a.example',
  '*',
  "a.example; script-src 'unsafe-inline'",
  'a b',
  '',
])('%j is no host of images', host =>
  expect(startGateway({ port: 0, log: () => {}, imageHosts: [host] })).rejects.toThrow(/imageHosts/));

test('browsers are told to stay with https by whom they have reached by it, as our own proxy says', async () => {
  const policyBehind = async (trustedProxies: number, protocol: string) => {
    const behind = await startGateway({ port: 0, log: () => {}, trustedProxies, pages: { directory } });
    const { headers } = await fetch(`${behind.url}/order.html`, { headers: { 'x-forwarded-proto': protocol } });
    await behind.close();
    return headers.get('strict-transport-security');
  };
  expect(await policyBehind(1, 'https')).toBe('max-age=31536000');
  expect(await policyBehind(1, 'https, http')).toBeNull();
  expect(await policyBehind(0, 'https')).toBeNull();
});

test('a page that says nothing of its content policy gets none; a worker is held to that of the first page', async () => {
  expect((await get('/foreign.html')).headers.has('content-security-policy')).toBe(false);
  const policies = ['/order.html', '/order-3KD2QF7A.js'].map(async target =>
    (await get(target)).headers.get('content-security-policy'),
  );
  const [page, worker] = await Promise.all(policies);
  expect(worker).toBe(page);
});

test.each([
  ['/order-3KD2QF7A.js', 'text/javascript; charset=utf-8', 'public, max-age=31536000, immutable'],
  ['/assets/bell.mp3', 'audio/mpeg', 'no-cache'],
  ['/app.webmanifest', 'application/manifest+json', 'no-cache'],
])('%s has its type and may be kept as long as its name says', async (target, type, caching) => {
  const { headers } = await get(target);
  expect([headers.get('content-type'), headers.get('cache-control')]).toEqual([type, caching]);
});

test('gzip is sent to those who take it', async () => {
  const raw = (header: string) =>
    rawHttp(gateway.port, `GET /order.html HTTP/1.1\r\nhost: x\r\nconnection: close\r\n${header}\r\n`);
  expect(await raw('accept-encoding: br, gzip\r\n')).toContain('content-encoding: gzip');
  expect(await raw('accept-encoding: gzip;q=0, br\r\n')).not.toContain('content-encoding');
  expect(await raw('')).not.toContain('content-encoding');
  expect(await (await get('/order.html', { 'accept-encoding': 'gzip' })).text()).toBe(html);
  expect(gunzipSync).toBeDefined();
});

test.each([
  ['gzip', true],
  ['GZIP', true],
  ['x-gzip', true],
  ['*', true],
  ['br;q=1.0, gzip;q=0.8, *;q=0.1', true],
  ['gzip ; q = 0.001', true],
  ['gzip;q=1, identity;q=0.5', true],
  ['identity;q=0, *', true],
  ['gzip;q=0', false],
  ['gzip; q=0.000', false],
  ['gzip;q=0.5, identity;q=1', false],
  ['gzip;q=0, *', false],
  ['*;q=0', false],
  ['identity', false],
  ['gzipped, br', false],
  ['deflate', false],
])('9.7: accept-encoding: %s takes gzip: %s', async (header, isPacked) => {
  const asked = `GET /order.html HTTP/1.1\r\nhost: x\r\nconnection: close\r\naccept-encoding: ${header}\r\n\r\n`;
  expect((await rawHttp(gateway.port, asked)).includes('content-encoding: gzip')).toBe(isPacked);
});

test('9.7: who has any version is told that there is one', async () => {
  expect((await get('/order.html', { 'if-none-match': '*' })).status).toBe(304);
  const etag = (await get('/order.html')).headers.get('etag') ?? '';
  for (const list of [`"a,b" , , ${etag}`, `W/"x",W/${etag}`]) {
    expect((await get('/order.html', { 'if-none-match': list })).status).toBe(304);
  }
  for (const list of [etag.replaceAll('"', ''), `w/${etag}`, '"*"']) {
    expect((await get('/order.html', { 'if-none-match': list })).status).toBe(200);
  }
});

test('who has the page already is told so', async () => {
  for (const encoding of ['gzip', 'identity']) {
    const etag = (await get('/order.html', { 'accept-encoding': encoding })).headers.get('etag') ?? '';
    const headers = { 'accept-encoding': encoding, 'if-none-match': `"other", W/${etag}` };
    const response = await get('/order.html', headers);
    expect([response.status, await response.text()]).toEqual([304, '']);
  }
  expect((await get('/order.html', { 'if-none-match': '"other"' })).status).toBe(200);
});

test('HEAD has the headers alone, other methods are not allowed', async () => {
  const head = await get('/order.html', { 'accept-encoding': 'identity' }, 'HEAD');
  expect([head.status, head.headers.get('content-length'), await head.text()]).toEqual([
    200,
    String(Buffer.byteLength(html)),
    '',
  ]);
  const post = await get('/order.html', {}, 'POST');
  expect([post.status, post.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
});

test('/ leads to the home page', async () => {
  const response = await get('/');
  expect([response.status, response.headers.get('location')]).toEqual([302, '/order.html']);
});

test.each([
  '/.env',
  '/.git/config',
  '/order-3KD2QF7A.js.map',
  '/assets',
  '/assets/',
  '/../package.json',
  '/%2e%2e/package.json',
  '/order.html/../.env',
  '//order.html',
  '/order.html%00',
  '/order.html.',
])('%s is not served', async target => {
  const answer = await rawHttp(gateway.port, `GET ${target} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`);
  expect(answer).toMatch(/^HTTP\/1.1 404 /);
});

test('changed files are served after a reload', async () => {
  await writeFile(path.join(directory, 'new.html'), 'new');
  expect((await get('/new.html')).status).toBe(404);
  await gateway.reload();
  expect(await (await get('/new.html')).text()).toBe('new');
});

test('a folder that does not exist stops the start', async () => {
  await expect(startGateway({ port: 0, pages: { directory: path.join(directory, 'none') } })).rejects.toThrow(/ENOENT/);
});
