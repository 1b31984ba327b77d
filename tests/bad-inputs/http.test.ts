import { randomUUID } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { postOrder } from '../support/e2e/client.ts';
import { type System, startSystem } from '../support/e2e/system.ts';
import { good, json } from './order-request.ts';

// What takes more than one request to be told. The single bad inputs are in the table beside this file.

let system: System;
beforeAll(async () => {
  system = await startSystem({ RATE_LIMITS: 'off' });
});
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

afterEach(async () => {
  expect((await postOrder(system.url)).status).toBe(201);
});

describe('idempotency keys', () => {
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

test('exactly 16 KiB is taken', async () => {
  expect(
    (await bill(JSON.stringify(good) + ' '.repeat(16 * 1024 - Buffer.byteLength(JSON.stringify(good))))).status,
  ).toBe(201);
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
});

describe('a header that means nothing', () => {
  test.each([
    ['nothing', ''],
    ['half a tag', '"'],
    ['a weak nothing', 'W/'],
    ['anything and more', '*, x'],
    ['commas', ',,,'],
    ['no ASCII', 'é'],
    ['5,000 letters', 'x'.repeat(5_000)],
  ])('an if-none-match of %s is harmless', async (_, header) => {
    const answer = await fetch(`${system.url}/get_shop_info?shop=shop1`, { headers: { 'if-none-match': header } });
    expect([200, 304]).toContain(answer.status);
  });
});
