import { type Gateway, startGateway } from '../../apigateway/server/gateway.ts';
import type { HttpEvent } from '../../apigateway/tencent/http-event.ts';
import { rawHttp } from './raw-http.ts';

// Every form in which a valid request may come is served, and what is not valid is refused before a function is called.
// RFC 9110 and 9112 are meant where a section is named.

let gateway: Gateway;
let events: HttpEvent[] = [];
beforeAll(async () => {
  const target = (event: unknown) => {
    events.push(event as HttpEvent);
    return { statusCode: 200, headers: {}, body: 'served' };
  };
  const socket = { register: () => ({}), transport: () => ({}), cleanup: () => ({}) };
  gateway = await startGateway({
    port: 0,
    log: () => {},
    routes: [{ path: '/get_shop_info', methods: ['GET', 'POST'], target }],
    websockets: [{ path: '/pgws', apiId: 'pgws', ...socket }],
  });
});
afterAll(() => gateway.close());
beforeEach(() => {
  events = [];
});

const PATH = '/get_shop_info';
const H = 'Host: shop.example\r\n';
const END = 'Connection: close\r\n\r\n';
const get = (target: string, more = H) => `GET ${target} HTTP/1.1\r\n${more}${END}`;
const post = (more: string, body: string) => `POST ${PATH} HTTP/1.1\r\n${H}${more}${END}${body}`;

/** The status lines of all answers, in order. */
async function statusesOf(bytes: string | Buffer): Promise<number[]> {
  const answer = await rawHttp(gateway.port, bytes);
  return [...answer.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status));
}

describe('9.7: served', () => {
  test.each<[string, string]>([
    ['origin form', get(PATH)],
    ['an empty query', get(`${PATH}?`)],
    ['absolute form, as through a proxy', get(`http://shop.example${PATH}?shop=a`)],
    ['absolute form with capitals and a default port', get(`HTTP://Shop.Example:80${PATH}`)],
    ['absolute form of https', get(`https://shop.example${PATH}`)],
    ['absolute form with an IPv6 host', get(`http://[2001:db8::7]:8080${PATH}`)],
    ['percent-encoded letters (RFC 3986, 2.3)', get('/%67et%5Fshop%5finfo')],
    ['a query with an encoded key', get(`${PATH}?%73hop=a`)],
    ['characters that clients forget to encode', get(`${PATH}?q={a}|"b"`)],
    ['a port in Host', get(PATH, 'Host: shop.example:8080\r\n')],
    ['an empty port in Host', get(PATH, 'Host: shop.example:\r\n')],
    ['a Host in capitals', get(PATH, 'HOST: SHOP.EXAMPLE\r\n')],
    ['a Host with the dot of the root', get(PATH, 'Host: shop.example.\r\n')],
    ['a Host with underscores', get(PATH, 'Host: shop_1.internal\r\n')],
    ['an IPv4 Host', get(PATH, 'Host: 127.0.0.1:80\r\n')],
    ['an IPv6 Host', get(PATH, 'Host: [2001:db8::7]\r\n')],
    ['an IPv6 Host with a zone (RFC 6874)', get(PATH, 'Host: [fe80::1%25eth0]:80\r\n')],
    ['an empty Host', get(PATH, 'Host:\r\n')],
    ['a Host without a space before it', get(PATH, 'Host:shop.example\r\n')],
    ['a tab before the Host and spaces behind it', get(PATH, 'Host:\tshop.example  \r\n')],
    ['HTTP/1.0 without Host', `GET ${PATH} HTTP/1.0\r\n\r\n`],
    ['HTTP/1.0 as nginx sends it', `GET ${PATH} HTTP/1.0\r\n${H}Connection: close\r\n\r\n`],
    ['an empty line before the request (9112, 2.2)', `\r\n\r\n${get(PATH)}`],
    ['Connection: upgrade without Upgrade', get(PATH, `${H}Connection: upgrade\r\n`)],
    ['Upgrade without Connection', get(PATH, `${H}Upgrade: websocket\r\n`)],
    ['Proxy-Connection', get(PATH, `${H}Proxy-Connection: keep-alive\r\n`)],
    ['TE', get(PATH, `${H}TE: trailers, deflate;q=0.5\r\nConnection: TE\r\n`)],
    ['Accept and Accept-Language of any kind', get(PATH, `${H}Accept: text/html;q=0, */*\r\nAccept-Language: *\r\n`)],
    ['an empty header', get(PATH, `${H}X-Empty:\r\n`)],
    ['bytes above ASCII in a header', get(PATH, `${H}X-Name: caf\xe9\r\n`)],
    ['a body of GET', get(PATH, `${H}Content-Length: 2\r\n`).concat('{}')],
    ['a length of nothing', post('Content-Length: 0\r\n', '')],
    ['a length with spaces around', post('Content-Length:  2 \r\n', '{}')],
    ['no length and no body', post('', '')],
    ['chunks', post('Transfer-Encoding: chunked\r\n', '2\r\n{}\r\n0\r\n\r\n')],
    [
      'chunks in capitals, with extensions',
      post('TRANSFER-ENCODING: Chunked\r\n', '2;a=b;c="d;e"\r\n{}\r\n0;f\r\n\r\n'),
    ],
    [
      'chunks with trailers',
      post('Transfer-Encoding: chunked\r\nTrailer: X-Sum\r\n', '02\r\n{}\r\n000\r\nX-Sum: 1\r\n\r\n'),
    ],
    ['a range, which may be ignored', get(PATH, `${H}Range: bytes=0-1\r\nIf-Range: "a"\r\n`)],
  ])('%s', async (_, bytes) => {
    expect(await statusesOf(Buffer.from(bytes, 'latin1'))).toEqual([200]);
    expect(events).toMatchObject([{ path: PATH }]);
  });

  test('HEAD where GET is', async () => {
    const answer = await rawHttp(gateway.port, get(PATH).replace('GET', 'HEAD'));
    expect(answer).toMatch(/^HTTP\/1\.1 200 [\s\S]*content-length: 6\r\n[\s\S]*\r\n\r\n$/i);
    expect(await statusesOf(get('/healthz').replace('GET', 'HEAD'))).toEqual([200]);
  });

  test('the host of an absolute form, and not that of Host (9112, 3.2.2)', async () => {
    await statusesOf(get(`http://shop.example:8080${PATH}`, 'Host: other.example\r\n'));
    expect(events[0]?.headers.host).toBe('shop.example:8080');
  });

  test('a query in each of its forms', async () => {
    const query = async (text: string) => {
      await statusesOf(get(`${PATH}?${text}`));
      return events.at(-1)?.queryString;
    };
    expect(await query('%73hop=%61+b%20c')).toEqual({ shop: 'a b c' });
    expect(await query('&&shop=a&')).toEqual({ shop: 'a' });
    expect(await query('shop')).toEqual({ shop: '' });
    expect(await query('shop=a=b?c/d')).toEqual({ shop: 'a=b?c/d' });
    expect(await query('shop=a&sho%70=b')).toEqual({ shop: ['a', 'b'] });
  });

  test('OPTIONS of the server as a whole', async () => {
    for (const target of ['*', 'http://shop.example']) {
      const answer = await rawHttp(gateway.port, get(target).replace('GET', 'OPTIONS'));
      expect(answer).toMatch(/^HTTP\/1\.1 204 [\s\S]*\r\nallow: GET, HEAD, POST, OPTIONS\r\n/);
    }
  });

  test('a body after 100 Continue', async () => {
    for (const expectation of ['100-continue', '100-Continue']) {
      const more = `Expect: ${expectation}\r\nContent-Length: 2\r\n`;
      expect(await statusesOf(post(more, '{}'))).toEqual([100, 200]);
    }
    // HTTP/1.0 knows no 100 (9110, 10.1.1).
    const old = `POST ${PATH} HTTP/1.0\r\n${H}Expect: 100-continue\r\nContent-Length: 2\r\n\r\n{}`;
    expect(await statusesOf(old)).toEqual([200]);
  });

  test('what our proxy has added, also after as many headers of the caller as may be; with more it is 431', async () => {
    const { port, close } = await startGateway({
      port: 0,
      trustedProxies: 1,
      log: () => {},
      routes: [{ path: PATH, methods: ['GET'], target: event => void events.push(event as HttpEvent) }],
    });
    const ask = (count: number) =>
      rawHttp(port, get(PATH, `${H}${'a:\r\n'.repeat(count)}X-Forwarded-For: 203.0.113.7\r\n`));
    const answers = [await ask(190), await ask(2_500)];
    await close();
    expect(answers.map(answer => answer.slice(0, 12))).toEqual(['HTTP/1.1 200', 'HTTP/1.1 431']);
    expect(events.map(({ requestContext }) => requestContext.sourceIp)).toEqual(['203.0.113.7']);
  });
});

describe('9.7: an upgrade to something else is ignored (9110, 7.8)', () => {
  const offer = 'Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAEAAEAAAAIAAAAB\r\n';

  test.each<[string, string]>([
    ['as Java’s HttpClient asks', get(PATH, H + offer)],
    ['with several protocols', get(PATH, `${H}Connection: upgrade\r\nUpgrade: TLS/1.2, h2c\r\n`)],
    ['of HTTP/1.0', `GET ${PATH} HTTP/1.0\r\n${H}Connection: upgrade\r\nUpgrade: websocket\r\n\r\n`],
    ['with a body', post(`${offer}Content-Length: 2\r\n`, '{}')],
    ['with chunks', post(`${offer}Transfer-Encoding: chunked\r\n`, '2\r\n{}\r\n0\r\n\r\n')],
  ])('%s', async (_, bytes) => {
    expect(await statusesOf(bytes)).toEqual([200]);
    expect(events[0]?.body).toBe(bytes.startsWith('POST') ? '{}' : '');
    expect(events[0]?.headers.upgrade).toBeUndefined();
  });

  test('in the order of the requests of a connection, none of which is lost', async () => {
    const one = (path: string, more = '') => `GET ${path} HTTP/1.1\r\n${H}${more}\r\n`;
    const posted = `POST ${PATH} HTTP/1.1\r\n${H}${offer}Content-Length: 3\r\n\r\n123`;
    const bytes = [one(PATH), one('/1', offer), one(PATH, offer), posted, one('/2'), one('/3', offer), get(PATH)];
    expect(await statusesOf(bytes.join(''))).toEqual([200, 404, 200, 200, 404, 404, 200]);
    expect(events.map(({ body }) => body)).toEqual(['', '', '123', '']);
  });

  test('a hundred times on one connection', async () => {
    const warned: unknown[] = [];
    const note = (warning: unknown) => warned.push(warning);
    process.on('warning', note);
    const bytes = `GET ${PATH} HTTP/1.1\r\n${H}${offer}\r\n`.repeat(99) + get(PATH, H + offer);
    expect(await statusesOf(bytes)).toEqual(Array(100).fill(200));
    await new Promise(resolve => setImmediate(resolve));
    process.off('warning', note);
    expect(warned).toEqual([]);
  });

  test('a WebSocket’s path without the upgrade says what is missing', async () => {
    const answer = await rawHttp(gateway.port, get('/pgws'));
    expect(answer).toMatch(/^HTTP\/1\.1 426 Upgrade Required\r\n[\s\S]*\r\nupgrade: websocket\r\n/);
    expect(answer).toContain('"code":"upgrade_required"');
  });
});

describe('9.7: refused', () => {
  const chunked = 'Transfer-Encoding: chunked\r\n';
  test.each<[string, string, number]>([
    ['two Hosts', get(PATH, `${H}Host: evil.example\r\n`), 400],
    ['two Hosts that are the same', get(PATH, H + H), 400],
    ['no Host in HTTP/1.1', get(PATH, ''), 400],
    ['a Host with a path', get(PATH, 'Host: shop.example/x\r\n'), 400],
    ['a Host with a user', get(PATH, 'Host: a@shop.example\r\n'), 400],
    ['a Host with a space', get(PATH, 'Host: shop example\r\n'), 400],
    ['a Host with a word as port', get(PATH, 'Host: shop.example:http\r\n'), 400],
    ['a fragment', get(`${PATH}#x`), 400],
    ['a path that does not begin', get('get_shop_info'), 400],
    ['authority form', get('shop.example:80'), 400],
    ['an absolute form with a user', get(`http://a:b@shop.example${PATH}`), 400],
    ['an absolute form without host', get(`http://${PATH}`), 400],
    ['an absolute form of another scheme', get(`ftp://shop.example${PATH}`), 400],
    ['* with another method', get('*'), 400],
    ['CONNECT', 'CONNECT shop.example:443 HTTP/1.1\r\nHost: shop.example:443\r\n\r\n', 501],
    ['a method that nobody knows', get(PATH).replace('GET', 'BREW'), 501],
    ['a method in small letters', get(PATH).replace('GET', 'get'), 501],
    ['HTTP/2 in words', get(PATH).replace('HTTP/1.1', 'HTTP/2.0'), 505],
    ['HTTP/3 in words', get(PATH).replace('HTTP/1.1', 'HTTP/3.0'), 505],
    ['a version in small letters', get(PATH).replace('HTTP/1.1', 'http/1.1'), 400],
    ['HTTP/2 with prior knowledge', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 400],
    ['TLS', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', 400],
    ['a length and chunks', post(`Content-Length: 5\r\n${chunked}`, '0\r\n\r\n'), 400],
    ['chunks and a length', post(`${chunked}Content-Length: 5\r\n`, '0\r\n\r\n'), 400],
    ['two lengths', post('Content-Length: 1\r\nContent-Length: 2\r\n', 'xx'), 400],
    ['a list of lengths', post('Content-Length: 1, 1\r\n', 'x'), 400],
    ['a length with a sign', post('Content-Length: +1\r\n', 'x'), 400],
    ['a length below nothing', post('Content-Length: -1\r\n', 'x'), 400],
    ['a hexadecimal length', post('Content-Length: 0x1\r\n', 'x'), 400],
    ['a length beyond all bounds', post('Content-Length: 99999999999999999999\r\n', 'x'), 400],
    ['a coding that we do not know', post('Transfer-Encoding: gzip, chunked\r\n', '0\r\n\r\n'), 501],
    ['a coding without an end', post('Transfer-Encoding: gzip\r\n', 'x'), 400],
    ['a coding that is almost chunked', post('Transfer-Encoding: xchunked\r\n', '0\r\n\r\n'), 400],
    ['chunked twice', post('Transfer-Encoding: chunked, chunked\r\n', '0\r\n\r\n'), 400],
    ['chunked on two lines', post(chunked + chunked, '0\r\n\r\n'), 400],
    ['chunks of HTTP/1.0', `POST ${PATH} HTTP/1.0\r\n${H}${chunked}\r\n0\r\n\r\n`, 400],
    ['a space before the colon', post('Transfer-Encoding : chunked\r\n', '0\r\n\r\n'), 400],
    ['a chunk size that is none', post(chunked, 'x\r\n{}\r\n0\r\n\r\n'), 400],
    ['a chunk that is longer than it says', post(chunked, '1\r\n{}\r\n0\r\n\r\n'), 400],
    ['obs-fold', get(PATH, `${H}a: b\r\n c\r\n`), 400],
    ['obs-fold before the first header', get(PATH, ` a: b\r\n${H}`), 400],
    ['obs-fold of a coding', post('Transfer-Encoding:\r\n chunked\r\n', '0\r\n\r\n'), 400],
    ['a bare LF', get(PATH, 'Host: shop.example\na: b\r\n'), 400],
    ['bare LFs alone', get(PATH).replaceAll('\r\n', '\n'), 400],
    ['a bare CR', get(PATH, 'Host: shop.example\ra: b\r\n'), 400],
    ['a bare LF in chunks', post(chunked, '2\n{}\n0\n\n'), 400],
    ['a NUL', get(PATH, `${H}a: b\0c\r\n`), 400],
    ['a header without a name', get(PATH, `${H}: b\r\n`), 400],
    ['a header without a colon', get(PATH, `${H}abc\r\n`), 400],
    ['a name with a space', get(PATH, `${H}a b: c\r\n`), 400],
    ['an expectation that nobody knows', post('Expect: the-unexpected\r\nContent-Length: 1\r\n', 'x'), 417],
    ['headers that are too large', get(PATH, `${H}a: ${'x'.repeat(20_000)}\r\n`), 431],
  ])('%s', async (_, bytes, status) => {
    const answer = await rawHttp(gateway.port, Buffer.from(bytes, 'latin1'));
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    // Nothing that follows on the connection is read as another request.
    expect(answer).toMatch(/\r\nconnection: close\r\n/i);
    expect(answer.match(/HTTP\/1\.1/g)).toHaveLength(1);
    expect(answer).toMatch(/\r\nx-request-id: [\w-]{36}\r\n[\s\S]*\{"error":\{"code":"\w+","message":"[^"]+"\}\}$/i);
    expect(events).toEqual([]);
  });

  test('what is broken, after the answers to what came before it', async () => {
    const slow = async (event: unknown) => {
      events.push(event as HttpEvent);
      await new Promise(resolve => setTimeout(resolve, 50));
      return { statusCode: 201, headers: {}, body: 'kept' };
    };
    const { port, close } = await startGateway({
      port: 0,
      log: () => {},
      routes: [{ path: PATH, methods: ['POST'], target: slow }],
    });
    const ordered = `POST ${PATH} HTTP/1.1\r\n${H}Content-Length: 2\r\n\r\n{}`;
    const broken = ['no HTTP\r\n\r\n', `CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n`, get('/', H + H)];
    const answers = await Promise.all(broken.map(each => rawHttp(port, ordered + each)));
    await close();
    const statuses = answers.map(answer => [...answer.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status));
    expect(statuses).toEqual([
      ['201', '400'],
      ['201', '501'],
      ['201', '400'],
    ]);
    expect(events).toHaveLength(3);
  });

  test('a body that breaks after its answer, without a second one', async () => {
    const head = `PUT ${PATH} HTTP/1.1\r\n${H}Transfer-Encoding: chunked\r\n\r\n`;
    expect(await statusesOf(`${head}2\r\n{}\r\nbroken`)).toEqual([405]);
  });

  test('the health to whoever would change it', async () => {
    const answer = await rawHttp(gateway.port, get('/healthz').replace('GET', 'POST'));
    expect(answer).toMatch(/^HTTP\/1\.1 405 [\s\S]*\r\nallow: GET, HEAD\r\n/);
  });
});
