import { readFileSync } from 'node:fs';
import { parseChatClientFrame } from '../../functions/domain/chat/client-frame.ts';
import { MAX_MESSAGE_CHARACTERS } from '../../functions/domain/chat/frames.ts';
import { parseClientFrame } from '../../functions/domain/client-frame.ts';
import {
  type ClientFrame,
  MAX_FRAME_FROM_SERVER_BYTES,
  MAX_FRAME_TO_SERVER_BYTES,
  MAX_ORDERS_PER_CONNECTION,
  type Operation,
} from '../../functions/domain/frames.ts';
import { MAX_ORDER_BYTES } from '../../functions/domain/place-order.ts';
import { customerWelcome, orderFrame, reportResult, resultFrame } from '../../functions/domain/server-frame.ts';

// The largest of everything that our pages send and get, as the rules of the domain allow it: each must fit into a frame.

const gateway = JSON.parse(readFileSync('gateway.json', 'utf8')) as {
  websockets: { path: string; maxFrameBytes: number }[];
};
const limitOf = (path: string) => gateway.websockets.find(one => one.path === path)?.maxFrameBytes ?? 0;
/** A frame to or from API Gateway of AWS holds 32 KB, the smallest of the platforms' limits. */
const AWS_FRAME_BYTES = 32 * 1024;

const id = '01234567-89ab-4def-8123-456789abcdef';
const most = 2 ** 31 - 1;
/** What takes most room: six bytes in JSON, four in UTF-8, two in JSON, three in UTF-8, one. */
const characters = ['\u0001', '𠮷', '"', '菜', 'x'];

/**
 * The largest command of each kind that our pages send. `order_dishes` is for others: `move_dish` takes its place. Hours and
 * what a shop delivers for may be half a frame by themselves, and of a menu goes what fits.
 */
function largestCommands(
  character: string,
): Record<Exclude<Operation['op'], 'order_dishes' | 'set_hours' | 'set_fulfilment' | 'replace_menu'>, object> {
  const dish = character.repeat(64);
  const name = `${character.repeat(59)}x`;
  const order = character.repeat(64);
  const version = most;
  return {
    accept: { order, version, prepMinutes: 240 },
    reject: { order, version, reason: 'customer_request' },
    ready: { order, version },
    complete: { order, version },
    cancel: { order, version, reason: 'customer_request' },
    remind: { order },
    set_open: { open: false },
    set_dish: { dish, available: false },
    set_choice: { dish, option: dish, choice: dish, available: false },
    pause: { minutes: 240 },
    set_auto_accept: { autoAccept: false },
    set_prep: { prepMinutes: 240 },
    set_busy: { busyMinutes: 120 },
    make_key: { name: `${character.repeat(39)}x`, role: 'manager' },
    revoke_key: { keyId: order },
    list_keys: {},
    claim_print: { order },
    put_dish: { dish, name, category: name, priceCents: 100_000_000, available: false },
    set_discounts: {
      discounts: Array.from({ length: 10 }, (_, n) => ({ fromCents: 99_999_990 + n, offCents: 100_000_000 })),
    },
    set_later: { later: { leadMinutes: 10_080, daysAhead: 30, slotMinutes: 240, perSlot: 1_000 } },
    set_about: {
      about: {
        phone: '0'.repeat(30),
        address: `${character.repeat(199)}x`,
        note: `${character.repeat(299)}x`,
        imageUrl: `/${'x'.repeat(499)}`,
      },
    },
    remove_dish: { dish },
    move_dish: { dish, before: dish },
    move_category: { category: name, before: name },
    rename_category: { category: name, name },
    report: { day: '2999-12-31' },
    list_orders: { day: '2999-12-31', afterNumber: most },
  };
}

function largestOthers(character: string): ClientFrame[] {
  const cursor = { epoch: id, after: Number.MAX_SAFE_INTEGER, lastId: id };
  const token = character.repeat(Math.floor(200 / character.length));
  return [
    { type: 'hello', role: 'shop', shop: 'x'.repeat(64), token, device: id, ...cursor },
    { type: 'hello', role: 'customer', order: character.repeat(64), token },
    { type: 'hello', role: 'visitor', shop: 'x'.repeat(64) },
    { type: 'ack', seq: Number.MAX_SAFE_INTEGER },
    { type: 'ping', ...cursor },
  ];
}

describe.each(characters)('9.10: made of %j, the largest', character => {
  test.each(Object.entries(largestCommands(character)))('%s is taken, and fits into a frame many times', (op, what) => {
    const text = JSON.stringify({ type: 'command', id, after: Number.MAX_SAFE_INTEGER, op, ...what });
    expect(parseClientFrame(text)).toMatchObject({ type: 'command', op });
    expect(Buffer.byteLength(text)).toBeLessThan(MAX_FRAME_TO_SERVER_BYTES / 4);
  });

  test.each(largestOthers(character))('$type $role is taken, and fits into a frame many times', frame => {
    const text = JSON.stringify(frame);
    expect(parseClientFrame(text)).toMatchObject({ type: frame.type });
    expect(Buffer.byteLength(text)).toBeLessThan(MAX_FRAME_TO_SERVER_BYTES / 4);
  });

  test('message of the chat is taken, and fits into a frame on its way there and on its way to the others', () => {
    const data = character.repeat(MAX_MESSAGE_CHARACTERS);
    const there = JSON.stringify({ action: 'sendmessage', data, to: 'ABCD' });
    expect(parseChatClientFrame(there)).toMatchObject({ action: 'sendmessage', data });
    const onwards = JSON.stringify({ type: 'message', from: 'ABCD', data, online: most, direct: true });
    for (const text of [there, onwards])
      expect(Buffer.byteLength(text)).toBeLessThanOrEqual(Math.min(limitOf('/chat'), AWS_FRAME_BYTES));
  });

  test('report of a day fits into a frame', () => {
    const figure = Number.MAX_SAFE_INTEGER;
    const best = { dish: character.repeat(64), name: character.repeat(60), quantity: figure, takingsCents: figure };
    const counts = { orders: figure, completed: figure, rejected: figure, cancelled: figure, expired: figure };
    const report = {
      day: '2999-12-31',
      timeZone: 'America/Argentina/ComodRivadavia',
      currency: 'CNY',
      ...counts,
      open: figure,
      takingsCents: figure,
      acceptSecondsAverage: figure,
      acceptSecondsP95: figure,
      dishes: Array.from({ length: 20 }, () => best),
      hours: Array.from({ length: 24 }, (_, hour) => ({ hour, orders: figure, takingsCents: figure })),
    };
    const text = reportResult(id, JSON.stringify(report));
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(MAX_FRAME_FROM_SERVER_BYTES);
  });
});

test('9.10: the largest order fits into each frame that carries one', () => {
  const order = `{"note":"${'x'.repeat(MAX_ORDER_BYTES - 11)}"}`;
  expect(Buffer.byteLength(order)).toBe(MAX_ORDER_BYTES);
  const error = `{"ok":false,"error":{"code":"version_conflict","message":"${'x'.repeat(200)}"},"order":${order}}`;
  for (const text of [customerWelcome(order, 'x'.repeat(200)), orderFrame(order), resultFrame(id, error)])
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(MAX_FRAME_FROM_SERVER_BYTES);
  // All orders that a customer follows, unread, are far from what a gateway lets wait (1 MiB).
  expect(MAX_ORDERS_PER_CONNECTION * MAX_FRAME_FROM_SERVER_BYTES).toBeLessThan(1024 * 1024);
});

test('9.10: the gateway takes what the functions take', () => {
  expect(limitOf('/pgws')).toBe(MAX_FRAME_TO_SERVER_BYTES);
  expect(MAX_FRAME_FROM_SERVER_BYTES).toBeLessThanOrEqual(AWS_FRAME_BYTES);
});
