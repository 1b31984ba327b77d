import { randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import { type Client, openClient, openScreen, postOrder } from '../support/e2e/client.ts';
import { type System, startSystem } from '../support/e2e/system.ts';

// Each bad frame ends its own connection with the right code, and a bystander notices nothing.

let system: System;
let bystander: Client;
beforeAll(async () => {
  system = await startSystem();
  bystander = await openScreen(system, 'shop1');
  await bystander.take('snapshot');
}, 60_000);
afterAll(async () => {
  await bystander?.close();
  await system?.stop();
});
afterEach(async () => {
  bystander.send({ type: 'ping' });
  await bystander.take('pong');
});

const hello = (more: object = {}) => ({
  type: 'hello',
  role: 'shop',
  shop: 'shop1',
  token: system.keys.shop1,
  device: randomUUID(),
  ...more,
});

describe('the handshake', () => {
  test.each([
    'https://evil.example',
    'null',
    'http://127.0.0.1.evil.example',
    'https://localhost.evil.example',
  ])('is refused for the origin %s', async origin => {
    await expect(openClient(system.websocketUrl, { origin })).rejects.toThrow('403');
  });
  test('is let in for the page’s own origin, and for none', async () => {
    for (const headers of [{ origin: system.url }, {}]) await (await openClient(system.websocketUrl, headers)).close();
  });
  test('a key in the URL is not looked at', async () => {
    const client = await openClient(`${system.websocketUrl}?shop=shop1&token=${system.keys.shop1}`);
    client.send({ type: 'ping' });
    expect((await client.take('error')).error.code).toBe('hello_required');
    await client.closed;
  });
});

describe('before hello', () => {
  test.each([
    ['a ping', { type: 'ping' }, 'hello_required'],
    ['an ack', { type: 'ack', seq: 0 }, 'hello_required'],
    ['a command', { type: 'command', id: randomUUID(), op: 'set_open', open: false }, 'hello_required'],
    ['nothing known', { type: 'x' }, 'protocol_error'],
  ])('%s', async (_, frame, code) => {
    const client = await openClient(system.websocketUrl);
    client.send(frame);
    expect((await client.take('error')).error.code).toBe(code);
    await client.closed;
  });

  test('silence ends the connection within the time for a hello', async () => {
    const client = await openClient(system.websocketUrl);
    const from = Date.now();
    await client.closed;
    expect(Date.now() - from).toBeLessThan(14_000);
  }, 20_000);
});

describe('a hello', () => {
  test.each<[string, () => object, string]>([
    ['with a wrong key', () => hello({ token: 'x'.repeat(43) }), 'unauthorized'],
    ['with a truncated key', () => hello({ token: system.keys.shop1?.slice(0, -1) }), 'unauthorized'],
    ['with another shop’s key', () => hello({ token: system.keys.shop2 }), 'unauthorized'],
    ['of an unknown shop', () => hello({ shop: 'nowhere' }), 'unauthorized'],
    ['with an empty key', () => hello({ token: '' }), 'protocol_error'],
    ['without key', () => hello({ token: undefined }), 'protocol_error'],
    ['without device', () => hello({ device: undefined }), 'protocol_error'],
    ['with after −1', () => hello({ epoch: randomUUID(), after: -1 }), 'protocol_error'],
    ['with after 1.5', () => hello({ epoch: randomUUID(), after: 1.5 }), 'protocol_error'],
    ['with after 2^63', () => hello({ epoch: randomUUID(), after: 2 ** 63 }), 'protocol_error'],
    ['with after as text', () => hello({ epoch: randomUUID(), after: 'x' }), 'protocol_error'],
    ['with after alone', () => hello({ after: 1 }), 'protocol_error'],
    ['with epoch alone', () => hello({ epoch: randomUUID() }), 'protocol_error'],
    ['with another field', () => hello({ admin: true }), 'protocol_error'],
    ['of no role', () => hello({ role: 'admin' }), 'protocol_error'],
    [
      'of a customer with a guessed token',
      () => ({ type: 'hello', role: 'customer', order: randomUUID(), token: 'x' }),
      'unauthorized',
    ],
    [
      'of a customer with SQL for an id',
      () => ({ type: 'hello', role: 'customer', order: "' or 1=1", token: 'x' }),
      'unauthorized',
    ],
  ])('%s', async (_, frame, code) => {
    const client = await openClient(system.websocketUrl);
    client.send(frame());
    expect((await client.take('error')).error.code).toBe(code);
    await client.closed;
  });
});

describe('frames of a screen', () => {
  test.each<[string, string | Buffer | object]>([
    ['no JSON', 'hello?'],
    ['a key twice', '{"type":"ping","type":"ack","seq":1}'],
    ['an array', '[]'],
    ['null', 'null'],
    ['binary', Buffer.from('{"type":"ping"}')],
    ['an unknown type', { type: 'order' }],
    ['an unknown field', { type: 'ping', x: 1 }],
    ['an ack beyond head', { type: 'ack', seq: 10 ** 9 }],
    ['an ack of −1', { type: 'ack', seq: -1 }],
    ['an ack of −0', '{"type":"ack","seq":-0}'],
    ['an ack as text', { type: 'ack', seq: '1' }],
    ['a ping with half a cursor', { type: 'ping', after: 1 }],
    ['a command without id', { type: 'command', op: 'set_open', open: true }],
    ['a command whose id is no UUID', { type: 'command', id: '1', op: 'set_open', open: true }],
    [
      'a command that acks beyond head',
      { type: 'command', id: randomUUID(), op: 'set_prep', prepMinutes: 15, after: 10 ** 9 },
    ],
    ['a hello of another shop', { type: 'hello', role: 'shop', shop: 'shop2', token: 'x', device: randomUUID() }],
  ])('%s', async (_, frame) => {
    const screen = await openScreen(system, 'shop1');
    await screen.take('snapshot');
    if (Buffer.isBuffer(frame)) screen.socket.send(frame);
    else screen.send(frame);
    const { code } = (await screen.take('error')).error;
    expect(['protocol_error', 'unauthorized']).toContain(code);
    await screen.closed;
  });

  test('17 KiB, and fragments of one byte without end, end the connection with a word', async () => {
    const one = await openScreen(system, 'shop1');
    one.send(JSON.stringify({ type: 'ping', pad: 'x'.repeat(17 * 1024) }));
    expect((await one.take('error')).error.code).toBe('protocol_error');
    expect(await one.closed).toBe(1009);
    const other = await openScreen(system, 'shop1');
    for (let index = 0; index < 20_000; index++) other.socket.send('x', { fin: false });
    expect((await other.take('error')).error.code).toBe('protocol_error');
    expect(await other.closed).toBe(1009);
  }, 20_000);

  test('invalid UTF-8 and reserved bits end the connection', async () => {
    const one = await openScreen(system, 'shop1');
    one.socket.send(Buffer.from([0xff, 0xfe, 0xfd]), { binary: false });
    expect((await one.take('error')).error.code).toBe('protocol_error');
    expect(await one.closed).toBe(1007);
    const port = Number(new URL(system.url).port);
    const raw = connect(port, '127.0.0.1');
    raw.write(
      `GET /pgws HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\nconnection: Upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`,
    );
    await new Promise(resolve => raw.once('data', resolve));
    raw.write(Buffer.from([0xf1, 0x80, 0, 0, 0, 0]));
    await new Promise(resolve => raw.once('close', resolve));
  });

  test('200 frames in a second get rate_limited', async () => {
    const screen = await openScreen(system, 'shop1');
    for (let index = 0; index < 200; index++) screen.send({ type: 'ping' });
    expect((await screen.take('error')).error.code).toBe('rate_limited');
    await screen.closed;
  });
});

describe('commands', () => {
  let screen: Awaited<ReturnType<typeof openScreen>>;
  let order: { id: string; version: number };
  beforeEach(async () => {
    screen = await openScreen(system, 'shop1');
    await screen.take('snapshot');
    order = (await postOrder(system.url)).body.order;
  });
  afterEach(() => screen.close());

  const ask = async (operation: object, id: string = randomUUID()) => {
    screen.send({ type: 'command', id, ...operation });
    const result = await screen.take('result', frame => frame.id === id);
    return result.ok ? 'ok' : result.error.code;
  };

  test('that make no sense are answered and harm nothing', async () => {
    expect(await ask({ op: 'explode' })).toBe('invalid_request');
    expect(await ask({ op: 'accept', order: order.id })).toBe('invalid_request');
    expect(await ask({ op: 'accept', order: order.id, version: 0 })).toBe('invalid_request');
    expect(await ask({ op: 'accept', order: order.id, version: 1, prepMinutes: 241 })).toBe('invalid_request');
    expect(await ask({ op: 'reject', order: order.id, version: 1, reason: 'expired' })).toBe('invalid_request');
    expect(await ask({ op: 'cancel', order: order.id, version: 1 })).toBe('invalid_request');
    expect(await ask({ op: 'set_open', open: 1 })).toBe('invalid_request');
    expect(await ask({ op: 'remind', order: order.id })).toBe('forbidden');
    expect(await ask({ op: 'accept', order: randomUUID(), version: 1 })).toBe('not_found');
    expect(await ask({ op: 'accept', order: "' or 1=1 --", version: 1 })).toBe('not_found');
    expect(await ask({ op: 'set_dish', dish: 'beef', available: false })).toBe('not_found');
    expect(await ask({ op: 'accept', order: order.id, version: 7 })).toBe('version_conflict');
    expect(await ask({ op: 'ready', order: order.id, version: 1 })).toBe('invalid_transition');
    expect(await ask({ op: 'accept', order: order.id, version: 1 })).toBe('ok');
  });

  test('of another shop do not reach this one’s order', async () => {
    const other = await openScreen(system, 'shop2');
    other.send({ type: 'command', id: randomUUID(), op: 'accept', order: order.id, version: 1 });
    expect(await other.take('result')).toMatchObject({ ok: false, error: { code: 'not_found' } });
    await other.close();
  });

  test('with one id for two operations are refused the second time', async () => {
    const id = randomUUID();
    expect(await ask({ op: 'accept', order: order.id, version: 1 }, id)).toBe('ok');
    expect(await ask({ op: 'accept', order: order.id, version: 1 }, id)).toBe('ok');
    expect(await ask({ op: 'ready', order: order.id, version: 2 }, id)).toBe('invalid_request');
  });
});
