import { randomUUID } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { openDatabase } from '../../db/database.ts';
import { postgresInstallation } from '../../db/installation.ts';
import { hashOf } from '../../functions/domain/secret.ts';
import { type Client, openClient, openScreen, orderBody, postOrder } from '../support/e2e/client.ts';
import { type System, startSystem } from '../support/e2e/system.ts';
import type { BadInput, BadRequest, Scene, Sender } from './bad-input.ts';
import { families } from './families/families.ts';
import { oddTexts } from './families/injections.ts';
import { shopsWithTerms } from './families/orders-with-terms.ts';
import { good } from './order-request.ts';

// Every bad input: the right status or frame and code, nothing stored, no internals in the answer, nothing private in the
// log, and the next good request works.

let system: System;
let scene: Scene;
const senders = new Map<Sender, Client>();
const logged: string[] = [];
beforeAll(async () => {
  system = await startSystem({ RATE_LIMITS: 'off', LOG_LEVEL: 'debug' });
  system.process.stderr?.on('data', chunk => logged.push(String(chunk)));
  const database = openDatabase({ url: system.database.url, poolSize: 1 });
  for (const shop of shopsWithTerms) await postgresInstallation(database).upsertShop(shop, hashOf(shop.id));
  await database.end();
  const { body } = await postOrder(system.url);
  scene = { url: system.url, keys: system.keys, order: body.order.id, token: body.token };
  for (const sender of ['screen', 'customer', 'visitor'] as const) senders.set(sender, await open(sender));
});
afterAll(async () => {
  await Promise.all([...senders.values()].map(client => client.close()));
  await system?.stop();
});

const rows = Object.entries(families).flatMap(([family, inputs]) =>
  inputs.map((input): [string, BadInput] => [`${family}: ${input.name}`, input]),
);

test('the table has a row for each of 300 bad inputs and more', () => {
  expect(new Set(rows.map(([name]) => name)).size).toBe(rows.length);
  expect(rows.length).toBeGreaterThan(300);
});

test.each(rows)('%s', async (_, input) => {
  const before = await stored();
  await expectRefused(input);
  expect(await stored()).toBe(before);
  await expectWell();
});

test.each(oddTexts)('$name is kept byte for byte: $text', async ({ text }) => {
  const body = { ...good, note: text, customer: { ...good.customer, name: `x${text}`, address: `y${text}` } };
  const placed = await postOrder(system.url, body);
  expect(placed.status).toBe(201);
  expect(placed.body.order).toMatchObject({ note: text, customer: { name: `x${text}`, address: `y${text}` } });
  const { events } = await screen().take('events', ({ events }) => events[0]?.order.id === placed.body.order.id);
  expect(events[0]?.order).toEqual(placed.body.order);
});

test('no line of the log holds what anybody sent, but for an Origin that was refused, and each is a line of ours', () => {
  const lines = logged.join('').split('\n').filter(Boolean);
  expect(lines.length).toBeGreaterThan(100);
  for (const line of lines) expect(Object.keys(JSON.parse(line))).toEqual(expect.arrayContaining(['level', 'event']));
  const { customer } = orderBody();
  const secrets = [...Object.values(system.keys), scene.token, ...Object.values(customer)];
  const written = oddTexts.map(({ text }) => text).filter(text => text.length > 4 && text !== '$1');
  const marks = ['drop table', 'rebound', 'evil.example', 'passwd', 'pg_sleep', 'HYPERLINK'];
  // Whoever sets up origins has to see which one was refused.
  const all = lines.filter(line => JSON.parse(line).event !== 'origin refused').join('\n');
  expect(lines.filter(line => secrets.some(secret => line.includes(secret)))).toEqual([]);
  expect([...written, ...marks].filter(text => all.includes(text))).toEqual([]);
});

function screen(): Client {
  const client = senders.get('screen');
  if (client === undefined) throw new Error('there is no screen');
  return client;
}

/** Somebody who has said hello and has been told what there is. */
async function open(sender: Sender): Promise<Client> {
  if (sender === 'screen') {
    const client = await openScreen(system, 'shop1');
    await client.take('snapshot');
    return client;
  }
  const client = await openClient(system.websocketUrl);
  const { order, token } = scene;
  if (sender !== 'nobody') {
    client.send({
      type: 'hello',
      ...(sender === 'customer' ? { role: sender, order, token } : { role: sender, shop: 'shop1' }),
    });
    await client.take('welcome');
  }
  return client;
}

async function expectRefused(input: BadInput): Promise<void> {
  if ('request' in input) return expectRequestRefused(input);
  if ('bytes' in input) return expectBytesRefused(input);
  if ('handshake' in input) return expectHandshakeRefused(input);
  return 'frame' in input ? expectEnd(input) : expectResult(input);
}

async function expectRequestRefused(input: Extract<BadInput, { request: unknown }>): Promise<void> {
  const request = typeof input.request === 'function' ? input.request(scene) : input.request;
  const answer = await send(request).catch((error: NodeJS.ErrnoException) => error.code);
  if (typeof answer !== 'object') {
    expect([input.mayBeCut, ['ECONNRESET', 'EPIPE'].includes(answer ?? '')]).toEqual([true, true]);
    return;
  }
  const { status, text, headers } = answer;
  expect({ status, code: JSON.parse(text).error?.code }).toEqual({ status: input.status, code: input.code });
  expectNothingInternal(text);
  expect(headers['content-type']).toMatch(/^application\/json/);
  expect(headers['x-request-id']).toBeTruthy();
  expect(Object.keys(headers)).not.toEqual(expect.arrayContaining([expect.stringMatching(/^(server|x-powered-by)$/)]));
}

async function expectBytesRefused({ bytes, status }: Extract<BadInput, { bytes: unknown }>): Promise<void> {
  const socket = connect(Number(new URL(system.url).port), '127.0.0.1');
  const chunks: Buffer[] = [];
  socket.on('data', chunk => chunks.push(chunk)).on('error', () => {});
  socket.write(bytes);
  await new Promise(resolve => socket.once('close', resolve));
  const text = Buffer.concat(chunks).toString();
  expect(text.split('\r\n')[0]).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  expectNothingInternal(text);
}

async function expectHandshakeRefused({ handshake, status }: Extract<BadInput, { handshake: unknown }>): Promise<void> {
  const { headers, path = '/pgws' } = handshake;
  const url = new URL(path, system.websocketUrl).href;
  const outcome = await openClient(url, headers).then(
    () => 'let in',
    (error: Error) => error.message,
  );
  expect(outcome).toBe(`handshake refused: ${status}`);
}

async function expectEnd({ from, frame, ends, closeCode }: Extract<BadInput, { frame: unknown }>): Promise<void> {
  const client = await open(from);
  const sent = typeof frame === 'function' ? frame(scene) : frame;
  if (Buffer.isBuffer(sent)) client.socket.send(sent);
  else client.send(sent);
  const { error } = await client.take('error');
  expect(error.code).toBe(ends);
  expectNothingInternal(JSON.stringify(error));
  const code = await client.closed;
  if (closeCode !== undefined) expect(code).toBe(closeCode);
}

async function expectResult({ from, command, result }: Extract<BadInput, { command: unknown }>): Promise<void> {
  const client = senders.get(from);
  const id = randomUUID();
  client?.send({ type: 'command', id, ...(typeof command === 'function' ? command(scene) : command) });
  const answer = await client?.take('result', frame => frame.id === id);
  expect(answer).toMatchObject({ ok: false, error: { code: result } });
  expectNothingInternal(JSON.stringify(answer));
}

/** Whoever asks next is served: by HTTP, and on a connection that was there before. */
async function expectWell(): Promise<void> {
  screen().send({ type: 'ping' });
  const [answer] = await Promise.all([fetch(`${system.url}/get_shop_info?shop=shop1`), screen().take('pong')]);
  expect(answer.status).toBe(200);
  await answer.arrayBuffer();
}

function expectNothingInternal(text: string): void {
  expect(text).not.toMatch(/\bat .*:\d+:\d+|node_modules|select |insert |plpgsql|SQLSTATE|pg_|\/work\/|dist\//i);
}

/** What counts: orders and what belongs to them, and all that an owner has set. */
async function stored(): Promise<string> {
  const of = (table: string) =>
    `(select count(*) || ' ' || coalesce(md5(string_agg(t::text, ',' order by t::text)), '') from ${table} t)`;
  const { rows: found } = await system.database.pool.query(
    `select ${['orders', 'order_keys', 'order_items', 'events', 'shops', 'dishes', 'print_claims'].map(of).join(', ')}`,
  );
  return JSON.stringify(found);
}

function send({ path = '/', method = 'GET', headers = {}, body }: BadRequest) {
  return new Promise<{ status: number | undefined; headers: NodeJS.Dict<string | string[]>; text: string }>(
    (resolve, reject) => {
      const request = httpRequest(system.url, { path, method, headers, agent: false }, response => {
        response
          .toArray()
          .then(
            chunks => resolve({ status: response.statusCode, headers: response.headers, text: chunks.join('') }),
            reject,
          );
      });
      request.on('error', reject);
      request.end(body);
    },
  );
}
