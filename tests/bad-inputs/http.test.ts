import { randomUUID } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { openScreen, orderBody, postOrder } from '../support/e2e/client.ts';
import { type System, startSystem } from '../support/e2e/system.ts';

// Each bad input: the right status and code, nothing stored, no internals in the answer, and the next request works.

let system: System;
const directory: string[] = [];
beforeAll(async () => {
  system = await startSystem({ RATE_LIMITS: 'off', LOG_LEVEL: 'info' });
  system.process.stderr?.on('data', chunk => directory.push(String(chunk)));
}, 60_000);
afterAll(() => system?.stop());

interface Answer {
  status: number;
  headers: Record<string, unknown>;
  text: string;
}

/** Bytes as they are: `fetch` would mend some of what is sent here. */
function send(
  path: string,
  method: string,
  headers: Record<string, string | string[]>,
  body?: Buffer | string,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(system.url, { path, method, headers, agent: false }, response => {
      const chunks: Buffer[] = [];
      response.on('data', chunk => chunks.push(chunk));
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          text: Buffer.concat(chunks).toString(),
        }),
      );
      response.on('error', reject);
    });
    request.on('error', reject);
    request.end(body);
  });
}

function bill(body: Buffer | string, headers: Record<string, string | string[]> = {}): Promise<Answer> {
  return send(
    '/bill',
    'POST',
    { 'content-type': 'application/json', 'idempotency-key': randomUUID(), ...headers },
    body,
  );
}

async function stored(): Promise<string> {
  const { rows } = await system.database.pool.query(
    'select (select count(*) from orders) as orders, (select count(*) from order_keys) as keys, (select count(*) from order_items) as items, (select count(*) from events) as events',
  );
  return JSON.stringify(rows);
}

/** Runs one bad request and checks everything that must hold of any. */
async function expectRefused(run: () => Promise<Answer>, status: number, code: string): Promise<Answer> {
  const before = await stored();
  const answer = await run();
  expect({ status: answer.status, code: codeOf(answer) }).toEqual({ status, code });
  expect(answer.text).not.toMatch(/\bat .*:\d+:\d+|node_modules|select |insert |plpgsql|SQLSTATE|pg_/i);
  expect(answer.headers['content-type']).toMatch(/^application\/json/);
  expect(answer.headers['x-request-id']).toBeTruthy();
  expect(await stored()).toBe(before);
  return answer;
}

function codeOf({ text }: Answer): string | undefined {
  try {
    return JSON.parse(text).error?.code;
  } catch {
    return undefined;
  }
}

const good = orderBody();
const json = (more: object) => JSON.stringify({ ...good, ...more });
const withItem = (item: object) => json({ items: [{ dish: 'rice', quantity: 1, ...item }] });
const withCustomer = (more: object) => json({ customer: { ...good.customer, ...more } });
const padded = (bytes: number) => JSON.stringify(good) + ' '.repeat(bytes - Buffer.byteLength(JSON.stringify(good)));
const raw = (key: string, value: string) => JSON.stringify(good).replace(/^\{/, `{"${key}":${value},`);

afterEach(async () => {
  expect((await postOrder(system.url)).status).toBe(201);
});

describe('bodies that are no JSON', () => {
  test.each<[string, Buffer | string]>([
    ['empty', ''],
    ['truncated', JSON.stringify(good).slice(0, -5)],
    ['trailing garbage', `${JSON.stringify(good)} x`],
    ['a byte order mark', `\ufeff${JSON.stringify(good)}`],
    ['latin-1 bytes', Buffer.from(JSON.stringify(good).replace('小明', 'caf\u00e9'), 'latin1')],
    ['a key twice', raw('shop', '"shop2"')],
    ['a key twice, once escaped', raw('\\u0073hop', '"shop2"')],
    ['nested 7,000 deep, cut', '['.repeat(7_000)],
    ['NaN', withItem({ quantity: 7 }).replace(':7', ':NaN')],
  ])('%s', async (_, body) => {
    await expectRefused(() => bill(body), 400, 'invalid_json');
  });
});

describe('bodies that are too large', () => {
  test.each<[string, string]>([
    ['one byte over 16 KiB', padded(16 * 1024 + 1)],
    ['10 MB', ' '.repeat(10_000_000)],
    ['nesting of 100,000', '['.repeat(100_000) + ']'.repeat(100_000)],
    ['10,001 items', json({ items: Array(10_001).fill({ dish: 'rice', quantity: 1 }) })],
  ])('%s', async (_, body) => {
    const before = await stored();
    // The server answers before it has read everything, and a client that still writes may see the line cut.
    const answer = await bill(body).catch((error: NodeJS.ErrnoException) => error.code);
    if (typeof answer === 'object') expect([answer.status, codeOf(answer)]).toEqual([413, 'too_large']);
    else expect(['ECONNRESET', 'EPIPE']).toContain(answer);
    expect(await stored()).toBe(before);
  });
  test('exactly 16 KiB is taken', async () => {
    expect((await bill(padded(16 * 1024))).status).toBe(201);
  });
});

describe('the wrong content type', () => {
  test.each([
    [{ 'content-type': 'text/plain' }],
    [{ 'content-type': 'application/json; charset=latin1' }],
    [{ 'content-type': '' }],
    [{ 'content-encoding': 'gzip' }],
  ])('%j', async headers => {
    await expectRefused(() => bill(JSON.stringify(good), headers), 415, 'unsupported_media_type');
  });
});

describe('values that are not of the shape', () => {
  test.each<[string, string]>([
    ['null', 'null'],
    ['an array', '[]'],
    ['a text', '"x"'],
    ['a number', '5'],
    ['no shop', json({ shop: undefined })],
    ['a number for a text', json({ shop: 1 })],
    ['an array for a text', json({ shop: ['shop1'] })],
    ['an object for a text', json({ note: {} })],
    ['null for an absent note', json({ note: null })],
    ['null as total', json({ expectedTotalCents: null })],
    ['a text as total', json({ expectedTotalCents: '400' })],
    ['status', json({ status: 'accepted' })],
    ['totalCents', json({ totalCents: 1 })],
    ['id', json({ id: randomUUID() })],
    ['a price from the client', withItem({ priceCents: 1 })],
    ['__proto__', raw('__proto__', '{"shop":"shop1"}')],
    ['constructor', raw('constructor', '{"prototype":{}}')],
    [
      '__proto__ in an item',
      '{"shop":"shop1","items":[{"dish":"rice","quantity":1,"__proto__":{}}],"customer":{"name":"a","phone":"123","address":"b"}}',
    ],
    ['no items', json({ items: [] })],
    ['items as object', json({ items: { 0: { dish: 'rice', quantity: 1 } } })],
    [
      '51 items',
      json({ items: Array.from({ length: 51 }, (_, i) => ({ dish: 'rice', quantity: 1, note: String(i) })) }),
    ],
    [
      'a dish twice',
      json({
        items: [
          { dish: 'rice', quantity: 1 },
          { dish: 'rice', quantity: 2 },
        ],
      }),
    ],
    ['quantity 0', withItem({ quantity: 0 })],
    ['quantity -1', withItem({ quantity: -1 })],
    ['quantity -0', withItem({ quantity: 7 }).replace(':7', ':-0')],
    ['quantity 1.5', withItem({ quantity: 1.5 })],
    ['quantity 100', withItem({ quantity: 100 })],
    ['quantity 1e308', withItem({ quantity: 1e308 })],
    ['quantity 1e999', withItem({ quantity: 7 }).replace(':7', ':1e999')],
    ['quantity 2^31', withItem({ quantity: 2 ** 31 })],
    ['quantity 2^53+1', withItem({ quantity: 7 }).replace(':7', ':9007199254740993')],
    ['quantity "NaN"', withItem({ quantity: 'NaN' })],
    ['quantity true', withItem({ quantity: true })],
    ['a negative total', json({ expectedTotalCents: -1 })],
    ['U+0000 in a name', withCustomer({ name: 'a\0b' })],
    ['a lone surrogate', JSON.stringify(good).replace('小明', '\\ud800')],
    ['a name of zero-width characters', withCustomer({ name: '\u200b\u200d\ufeff' })],
    ['an empty name', withCustomer({ name: '' })],
    ['a name of 51', withCustomer({ name: 'x'.repeat(51) })],
    ['an address of 201', withCustomer({ address: 'x'.repeat(201) })],
    ['a phone without digit', withCustomer({ phone: '+++' })],
    ['a phone with letters', withCustomer({ phone: '12a' })],
    ['a phone of Arabic digits', withCustomer({ phone: '١٢٣' })],
    ['a phone with a line feed', withCustomer({ phone: '123\n' })],
    ['a note of 201 emoji', json({ note: '🍜'.repeat(201) })],
    ['1,000 combining marks', withCustomer({ name: `e${'\u0301'.repeat(1_000)}` })],
    ['another field in the customer', withCustomer({ email: 'x' })],
    ['a shop id with a quote', json({ shop: "shop1'; drop table orders; --" })],
  ])('%s', async (_, body) => {
    const { text } = await expectRefused(() => bill(body), 400, 'invalid_request');
    expect(JSON.parse(text).error.fields.length).toBeGreaterThan(0);
  });
});

describe('idempotency keys', () => {
  test.each([
    ['none', []],
    ['empty', ''],
    ['no UUID', 'abc'],
    ['10 kB', 'a'.repeat(10_000)],
    ['two', [randomUUID(), randomUUID()]],
    ['SQL', "' or 1=1 --"],
  ])('%s', async (_, key) => {
    const headers = { 'content-type': 'application/json', 'idempotency-key': key };
    await expectRefused(() => send('/bill', 'POST', headers, JSON.stringify(good)), 400, 'idempotency_key_required');
  });

  test('shape comes before the key, and a refusal keeps no key', async () => {
    const key = randomUUID();
    const headers = { 'content-type': 'application/json', 'idempotency-key': 'abc' };
    await expectRefused(() => send('/bill', 'POST', headers, '{}'), 400, 'invalid_request');
    await expectRefused(() => bill(json({ shop: 'nowhere' }), { 'idempotency-key': key }), 404, 'shop_not_found');
    await expectRefused(() => bill(json({ expectedTotalCents: 1 }), { 'idempotency-key': key }), 409, 'price_changed');
    expect((await bill(JSON.stringify(good), { 'idempotency-key': key })).status).toBe(201);
  });

  test('the same order with its JSON in another order is the same order; at another shop it is another', async () => {
    const key = randomUUID();
    const items = [
      { dish: 'rice', quantity: 1 },
      { dish: 'egg', quantity: 2, note: 'soft' },
    ];
    const first = await bill(json({ items }), { 'idempotency-key': key });
    const { shop, customer } = good;
    const turned = JSON.stringify({ expectedTotalCents: 5, customer, items: [...items].reverse(), shop });
    const again = await bill(turned, { 'idempotency-key': key.toUpperCase() });
    expect([first.status, again.status]).toEqual([201, 200]);
    expect(again.text).toBe(first.text);
    const other = await bill(json({ shop: 'shop2', items: [{ dish: 'beef', quantity: 1 }] }), {
      'idempotency-key': key,
    });
    expect(other.status).toBe(201);
    expect(JSON.parse(other.text).order).toMatchObject({ shop: 'shop2' });
  });
});

describe('things that are not there', () => {
  test('an unknown shop, and an unknown dish of a known one', async () => {
    await expectRefused(() => bill(json({ shop: 'shop9' })), 404, 'shop_not_found');
    await expectRefused(() => bill(withItem({ dish: "rice' or '1'='1" })), 409, 'dish_unavailable');
    await expectRefused(() => bill(withItem({ dish: 'beef-noodles' })), 409, 'dish_unavailable');
  });

  test.each([
    '//',
    '//bill',
    '/bill/',
    '/BILL',
    '/%2e%2e/package.json',
    '/..%2fpackage.json',
    '/%00',
    '/order.html%00',
    '/.env',
    '/.local/secrets.json',
    '/init_db',
    '/register',
    '/transport',
    '/redeliver',
    '/dist/bill/index.js',
    '/assets/..%2f..%2fpackage.json',
    '/order.html.map',
  ])('GET %s', async path => {
    await expectRefused(() => send(path, 'GET', {}), 404, 'not_found');
  });

  test.each([
    ['/bill', 'GET'],
    ['/bill', 'PUT'],
    ['/bill', 'DELETE'],
    ['/bill', 'PATCH'],
    ['/get_shop_info', 'POST'],
  ])('%s does not take %s', async (path, method) => {
    const { headers } = await expectRefused(() => send(path, method, {}), 405, 'method_not_allowed');
    expect(headers.allow).toBeTruthy();
  });

  test('a method override overrides nothing', async () => {
    await expectRefused(() => send('/bill', 'GET', { 'x-http-method-override': 'POST' }), 405, 'method_not_allowed');
  });
});

describe('get_shop_info', () => {
  test.each([
    '?shop=shop1&shop=shop2',
    '?what=1',
    '?shop=a%00',
    '?shop=shop1&after=a',
    `?after=${'x'.repeat(200)}`,
  ])('%s', async query => {
    await expectRefused(() => send(`/get_shop_info${query}`, 'GET', {}), 400, 'invalid_request');
  });
  test.each(["'; drop table shops; --", '$1', '../..', '<script>'])('there is no shop %s', async id => {
    const query = `?shop=${encodeURIComponent(id)}`;
    await expectRefused(() => send(`/get_shop_info${query}`, 'GET', {}), 404, 'shop_not_found');
  });
});

describe('strangers', () => {
  test.each(['https://evil.example', 'null', ''])('pages of origin %j get no leave to read or to ask', async origin => {
    const asked = {
      origin,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'idempotency-key',
    };
    const preflight = await send('/bill', 'OPTIONS', asked);
    const answer = await bill(JSON.stringify(good), { origin });
    for (const { headers } of [preflight, answer]) expect(headers).not.toHaveProperty('access-control-allow-origin');
  });

  test('a forged address counts for nothing', async () => {
    const forged = { 'x-forwarded-for': '1.2.3.4', 'x-scf-remote-addr': '1.2.3.4', forwarded: 'for=1.2.3.4' };
    expect((await bill(JSON.stringify(good), forged)).status).toBe(201);
    const body = JSON.stringify(good).replace(/^\{/, '{"requestContext":{"sourceIp":"1.2.3.4"},');
    await expectRefused(() => bill(body), 400, 'invalid_request');
  });

  test('text is kept byte for byte, whatever it looks like', async () => {
    const texts = [
      '<script>alert(1)</script>',
      '=HYPERLINK("x")',
      '\u202egnp.exe',
      '👩‍👩‍👧‍👦',
      'é e\u0301',
      '\u2028',
      "'; drop table orders; --",
      '\u001b[31m',
      'مرحبا',
      'สวัสดี',
      '$1 {{x}} \\',
    ];
    const screen = await openScreen(system, 'shop1');
    for (const note of texts) {
      const { body, status } = await postOrder(system.url, {
        ...good,
        note,
        customer: { ...good.customer, name: `x${note}` },
      });
      expect([status, body.order.note, body.order.customer.name]).toEqual([201, note, `x${note}`]);
      const { events } = await screen.take('events', ({ events }) => events[0]?.order.id === body.order.id);
      expect(events[0]?.order).toEqual(body.order);
    }
    await screen.close();
  });
});

test('no log line holds a token, a phone, an address, or a line of its own from outside', async () => {
  const { body } = await postOrder(system.url, {
    ...good,
    customer: { name: 'Secret Name', phone: '+1 555 0100', address: 'Secret Street' },
  });
  await send(`/get_shop_info?shop=${encodeURIComponent('x\n{"level":"fake"}')}`, 'GET', {
    'user-agent': 'x\\n{"forged":1}',
  });
  const log = directory.join('');
  for (const secret of [
    body.token,
    'Secret Name',
    '555 0100',
    'Secret Street',
    system.keys.shop1 ?? 'none',
    '"level":"fake"',
    'forged',
  ]) {
    expect(log).not.toContain(secret);
  }
  for (const line of log.split('\n').filter(Boolean)) expect(() => JSON.parse(line)).not.toThrow();
});
