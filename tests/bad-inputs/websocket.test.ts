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
});
afterAll(async () => {
  await bystander?.close();
  await system?.stop();
});
afterEach(async () => {
  bystander.send({ type: 'ping' });
  await bystander.take('pong');
});

describe('the handshake', () => {
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
  test('silence ends the connection within the time for a hello', async () => {
    const client = await openClient(system.websocketUrl);
    const from = Date.now();
    await client.closed;
    expect(Date.now() - from).toBeLessThan(14_000);
  });
});

describe('frames of a screen', () => {
  test('fragments of one byte without end, end the connection with a word', async () => {
    const other = await openScreen(system, 'shop1');
    for (let index = 0; index < 20_000; index++) other.socket.send('x', { fin: false });
    expect((await other.take('error')).error.code).toBe('rate_limited');
    expect(await other.closed).toBe(1008);
  });

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

/** The code of the result, or `ok`. */
async function ask(client: Client, operation: object, id: unknown = randomUUID()): Promise<string> {
  client.send({ type: 'command', id, ...operation });
  const result = await client.take('result', frame => frame.id === id);
  return result.ok ? 'ok' : result.error.code;
}

const dish = { op: 'put_dish', dish: 'tea', name: '茶', category: '饮料', priceCents: 300, available: true };

describe('what a shop works with beside orders', () => {
  let screen: Client;
  beforeAll(async () => {
    screen = await openScreen(system, 'shop1');
  });
  afterAll(() => screen?.close());

  test('a menu with prototype names is a menu like any other', async () => {
    for (const name of ['__proto__', 'constructor', 'hasOwnProperty']) {
      expect(await ask(screen, { ...dish, dish: name, name, category: name })).toBe('ok');
      expect(await ask(screen, { op: 'set_dish', dish: name, available: false })).toBe('ok');
      expect(await ask(screen, { op: 'remove_dish', dish: name })).toBe('ok');
    }
  });

  test('an id that was a question may be a command, and one that was a command stays one', async () => {
    const { order } = (await postOrder(system.url)).body;
    const id = randomUUID();
    expect(await ask(screen, { op: 'report' }, id)).toBe('ok');
    expect(await ask(screen, { op: 'set_busy', busyMinutes: 5 }, id)).toBe('ok');
    expect(await ask(screen, { op: 'set_busy', busyMinutes: 6 }, id)).toBe('invalid_request');
    expect(await ask(screen, { op: 'claim_print', order: order.id }, id)).toBe('invalid_request');
    expect(await ask(screen, { op: 'set_busy', busyMinutes: 0 })).toBe('ok');
  });

  test('another shop’s order is not printed, and its dishes are out of reach', async () => {
    const { order } = (await postOrder(system.url)).body;
    const other = await openScreen(system, 'shop2');
    expect(await ask(other, { op: 'claim_print', order: order.id })).toBe('not_found');
    expect(await ask(other, { op: 'remove_dish', dish: 'rice' })).toBe('not_found');
    expect(await ask(other, { ...dish, dish: 'rice', name: 'stolen' })).toBe('ok');
    const answer = await fetch(`${system.url}/get_shop_info?shop=shop1`);
    expect(await answer.text()).not.toContain('stolen');
    expect(await ask(other, { op: 'remove_dish', dish: 'rice' })).toBe('ok');
    await other.close();
  });
});

describe('a connection that stands for somebody', () => {
  test('a screen that turns visitor, or the reverse, is closed', async () => {
    const one = await openScreen(system, 'shop2');
    one.send({ type: 'hello', role: 'visitor', shop: 'shop2' });
    expect((await one.take('error')).error.code).toBe('protocol_error');
    await one.closed;
    const two = await openClient(system.websocketUrl);
    two.send({ type: 'hello', role: 'visitor', shop: 'shop2' });
    await two.take('welcome');
    two.send({ type: 'hello', role: 'shop', shop: 'shop2', token: system.keys.shop2, device: randomUUID() });
    expect((await two.take('error')).error.code).toBe('protocol_error');
    await two.closed;
  });
});
