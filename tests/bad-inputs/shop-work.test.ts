import { randomUUID } from 'node:crypto';
import { type Client, openClient, openScreen, postOrder } from '../support/e2e/client.ts';
import { type System, startSystem } from '../support/e2e/system.ts';
import { contentsOf } from '../support/postgres/ports.ts';

// What a shop works with beside orders: each bad input has its code, stores nothing, and the next frame works.

let system: System;
let screen: Client;
let order: string;
let token: string;
beforeAll(async () => {
  system = await startSystem({ RATE_LIMITS: 'off' });
  screen = await openScreen(system, 'shop1');
  ({
    order: { id: order },
    token,
  } = (await postOrder(system.url)).body);
}, 60_000);
afterAll(async () => {
  await screen?.close();
  await system?.stop();
});

/** The code of the result, or `ok`. */
async function ask(client: Client, operation: object, id: unknown = randomUUID()): Promise<string> {
  client.send({ type: 'command', id, ...operation });
  const result = await client.take('result', frame => frame.id === id);
  return result.ok ? 'ok' : result.error.code;
}

/** What is kept of shops and orders, apart from the refusals themselves. */
async function stored() {
  const { shops, dishes, orders, order_items, events, streams, print_claims } = await contentsOf(system.database.pool);
  return { shops, dishes, orders, order_items, events, streams, print_claims };
}

const dish = { op: 'put_dish', dish: 'tea', name: '茶', category: '饮料', priceCents: 300, available: true };
describe('of a screen', () => {
  test.each<[object, string]>([
    [{ op: 'set_busy', busyMinutes: 121 }, 'invalid_request'],
    [{ op: 'set_busy', busyMinutes: -1 }, 'invalid_request'],
    [{ op: 'set_busy', busyMinutes: '20' }, 'invalid_request'],
    [{ op: 'set_busy', prepMinutes: 20 }, 'invalid_request'],
    [{ op: 'pause', minutes: 0 }, 'invalid_request'],
    [{ op: 'pause', minutes: 241 }, 'invalid_request'],
    [{ op: 'pause', minutes: 15, open: true }, 'invalid_request'],
    [{ op: 'pause' }, 'invalid_request'],
    [{ op: 'claim_print' }, 'invalid_request'],
    [{ op: 'claim_print', order: { id: 1 } }, 'invalid_request'],
    [{ op: 'claim_print', order: 'no uuid' }, 'not_found'],
    [{ op: 'claim_print', order: '__proto__' }, 'not_found'],
    [{ op: 'claim_print', order: randomUUID() }, 'not_found'],
    [{ ...dish, name: '' }, 'invalid_request'],
    [{ ...dish, name: 'x'.repeat(61) }, 'invalid_request'],
    [{ ...dish, name: 'a\0b' }, 'invalid_request'],
    [{ ...dish, category: 'x'.repeat(61) }, 'invalid_request'],
    [{ ...dish, dish: 'x'.repeat(65) }, 'invalid_request'],
    [{ ...dish, priceCents: 1e9 }, 'invalid_request'],
    [{ ...dish, priceCents: -300 }, 'invalid_request'],
    [{ ...dish, priceCents: 0.1 }, 'invalid_request'],
    [{ ...dish, available: null }, 'invalid_request'],
    [{ ...dish, shop: 'shop2' }, 'invalid_request'],
    [{ ...dish, imageUrl: 'http://example.com/a.png' }, 'invalid_request'],
    [{ ...dish, options: [{ id: 'size', name: 'x', min: 2, choices: [{ id: 'a', name: 'a' }] }] }, 'invalid_request'],
    [{ op: 'set_hours', hours: { week: [] } }, 'invalid_request'],
    [{ op: 'set_fulfilment', pickup: false, delivery: null }, 'invalid_request'],
    [{ op: 'set_later', later: {} }, 'invalid_request'],
    [{ op: 'set_choice', dish: 'rice', option: 'size', choice: 'large', available: false }, 'not_found'],
    [{ op: 'set_choice', dish: 'beef-noodles', option: 'size', choice: 'large', available: false }, 'not_found'],
    [{ op: 'remove_dish', dish: 'nothing' }, 'not_found'],
    [{ op: 'remove_dish', dish: '__proto__' }, 'not_found'],
    [{ op: 'remove_dish', dish: 'constructor' }, 'not_found'],
    [{ op: 'remove_dish', dish: 'beef-noodles' }, 'not_found'],
    [{ op: 'order_dishes', dishes: [] }, 'version_conflict'],
    [{ op: 'order_dishes', dishes: ['rice', 'rice'] }, 'version_conflict'],
    [{ op: 'order_dishes', dishes: ['beef-noodles'] }, 'version_conflict'],
    [{ op: 'order_dishes', dishes: { 0: 'rice' } }, 'invalid_request'],
    [{ op: 'order_dishes', dishes: [['rice']] }, 'invalid_request'],
    [{ op: 'move_dish' }, 'invalid_request'],
    [{ op: 'move_dish', dish: 'rice', before: null }, 'invalid_request'],
    [{ op: 'move_dish', dish: 'rice', before: '' }, 'invalid_request'],
    [{ op: 'move_dish', dish: 'rice', before: 'beef-noodles' }, 'not_found'],
    [{ op: 'move_dish', dish: '__proto__' }, 'not_found'],
    [{ op: 'move_category', category: '__proto__' }, 'not_found'],
    [{ op: 'move_category', category: 'x'.repeat(61) }, 'invalid_request'],
    [{ op: 'rename_category', category: 'nothing', name: 'x' }, 'not_found'],
    [{ op: 'rename_category', category: 'nothing', name: 'a\0b' }, 'invalid_request'],
    [{ op: 'rename_category', category: 'nothing', name: '\ud800' }, 'invalid_request'],
    [{ op: 'report', day: '2025-02-30' }, 'invalid_request'],
    [{ op: 'report', day: "'; drop table orders --" }, 'invalid_request'],
    [{ op: 'report', day: {} }, 'invalid_request'],
    [{ op: 'report', shop: 'shop2' }, 'invalid_request'],
    [{ op: 'list_orders', afterNumber: -1 }, 'invalid_request'],
    [{ op: 'list_orders', afterNumber: 2 ** 53 }, 'invalid_request'],
    [{ op: 'list_orders', limit: 1_000 }, 'invalid_request'],
  ])('%j is %s', async (operation, code) => {
    const before = await stored();
    expect(await ask(screen, operation)).toBe(code);
    expect(await stored()).toEqual(before);
    expect(await ask(screen, { op: 'report' })).toBe('ok');
  });

  test('a menu with prototype names is a menu like any other', async () => {
    for (const name of ['__proto__', 'constructor', 'hasOwnProperty']) {
      expect(await ask(screen, { ...dish, dish: name, name, category: name })).toBe('ok');
      expect(await ask(screen, { op: 'set_dish', dish: name, available: false })).toBe('ok');
      expect(await ask(screen, { op: 'remove_dish', dish: name })).toBe('ok');
    }
  });

  test('an id that was a question may be a command, and one that was a command stays one', async () => {
    const id = randomUUID();
    expect(await ask(screen, { op: 'report' }, id)).toBe('ok');
    expect(await ask(screen, { op: 'set_busy', busyMinutes: 5 }, id)).toBe('ok');
    expect(await ask(screen, { op: 'set_busy', busyMinutes: 6 }, id)).toBe('invalid_request');
    expect(await ask(screen, { op: 'claim_print', order }, id)).toBe('invalid_request');
    expect(await ask(screen, { op: 'set_busy', busyMinutes: 0 })).toBe('ok');
  });

  test('another shop’s order is not printed, and its dishes are out of reach', async () => {
    const other = await openScreen(system, 'shop2');
    expect(await ask(other, { op: 'claim_print', order })).toBe('not_found');
    expect(await ask(other, { op: 'remove_dish', dish: 'rice' })).toBe('not_found');
    expect(await ask(other, { ...dish, dish: 'rice', name: 'stolen' })).toBe('ok');
    const answer = await fetch(`${system.url}/get_shop_info?shop=shop1`);
    expect(await answer.text()).not.toContain('stolen');
    expect(await ask(other, { op: 'remove_dish', dish: 'rice' })).toBe('ok');
    await other.close();
  });
});

const ofTheShop = [
  { op: 'set_busy', busyMinutes: 5 },
  { op: 'pause', minutes: 15 },
  { op: 'claim_print', order: randomUUID() },
  dish,
  { op: 'remove_dish', dish: 'rice' },
  { op: 'order_dishes', dishes: ['rice'] },
  { op: 'move_dish', dish: 'rice' },
  { op: 'move_category', category: 'x' },
  { op: 'rename_category', category: 'x', name: 'y' },
  { op: 'report' },
  { op: 'list_orders' },
  { op: 'set_open', open: false },
];

describe('of a customer, and of a visitor', () => {
  test.each(ofTheShop)('%j is forbidden', async operation => {
    const before = await stored();
    for (const hello of [
      { role: 'customer', order, token },
      { role: 'visitor', shop: 'shop1' },
    ]) {
      const client = await openClient(system.websocketUrl);
      client.send({ type: 'hello', ...hello });
      await client.take('welcome');
      expect(await ask(client, operation)).toBe('forbidden');
      client.send({ type: 'ping' });
      await client.take('pong');
      await client.close();
    }
    expect(await stored()).toEqual(before);
  });

  test('a visitor does nothing to an order that it does not hold', async () => {
    const client = await openClient(system.websocketUrl);
    client.send({ type: 'hello', role: 'visitor', shop: 'shop1' });
    await client.take('welcome');
    expect(await ask(client, { op: 'cancel', order, version: 1 })).toBe('not_found');
    expect(await ask(client, { op: 'remind', order })).toBe('not_found');
    await client.close();
  });

  test.each<[string, object[], string]>([
    ['of an unknown shop', [{ type: 'hello', role: 'visitor', shop: 'nowhere' }], 'shop_not_found'],
    ['of __proto__', [{ type: 'hello', role: 'visitor', shop: '__proto__' }], 'shop_not_found'],
    ['without a shop', [{ type: 'hello', role: 'visitor' }], 'protocol_error'],
    ['with a text that is no id', [{ type: 'hello', role: 'visitor', shop: "' or true --" }], 'protocol_error'],
    ['with a list of shops', [{ type: 'hello', role: 'visitor', shop: ['shop1'] }], 'protocol_error'],
    ['with a key', [{ type: 'hello', role: 'visitor', shop: 'shop1', token: 'x' }], 'protocol_error'],
    [
      'that acks',
      [
        { type: 'hello', role: 'visitor', shop: 'shop1' },
        { type: 'ack', seq: 1 },
      ],
      'protocol_error',
    ],
    [
      'that acks by a command',
      [
        { type: 'hello', role: 'visitor', shop: 'shop1' },
        { type: 'command', id: randomUUID(), op: 'report', after: 1 },
      ],
      'protocol_error',
    ],
  ])('a visitor %s is closed', async (_, frames, code) => {
    const client = await openClient(system.websocketUrl);
    for (const [index, frame] of frames.entries()) {
      if (index > 0) await client.take('welcome');
      client.send(frame);
    }
    expect((await client.take('error')).error.code).toBe(code);
    await client.closed;
  });

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

describe('over HTTP', () => {
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
