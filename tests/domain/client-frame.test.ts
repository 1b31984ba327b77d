import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { type BadCommand, parseClientFrame } from '../../functions/domain/client-frame.ts';
import { MAX_FRAME_TO_SERVER_BYTES } from '../../functions/domain/frames.ts';
import { Refusal } from '../../functions/domain/refusal.ts';

const id = '0b9f0a6e-7f0f-4d53-9a4c-0d8a5f1f6f10';
const [epoch, lastId, device, order] = [randomUUID(), randomUUID(), randomUUID(), randomUUID()];
const hello = { type: 'hello', role: 'shop', shop: 'shop1', token: 'secret', device };
const command = { type: 'command', id };
const change = { ...command, order, version: 1 };
const dish = {
  ...command,
  op: 'put_dish',
  dish: 'tea',
  name: '茶',
  category: '饮料',
  priceCents: 300,
  available: true,
};

/** A frame with each of the values in one place, and the name of the place. */
const wrong = (frame: object, path: string, ...values: unknown[]): [object, string][] =>
  values.map(value => [{ ...frame, [path]: value }, path]);

const read = (frame: unknown) => parseClientFrame(JSON.stringify(frame));
const protocolError = expect.objectContaining({ name: 'Refusal', code: 'protocol_error' });

describe('a frame of a client', () => {
  it.each([
    hello,
    { ...hello, epoch, after: 0 },
    { ...hello, epoch, after: Number.MAX_SAFE_INTEGER, lastId },
    { ...hello, token: 'x'.repeat(200) },
    { type: 'hello', role: 'customer', order, token: 'token' },
    { type: 'hello', role: 'customer', order: 'no uuid, and nobody’s', token: 'token' },
    { type: 'ack', seq: 0 },
    { type: 'ack', seq: 12 },
    { type: 'ping' },
    { type: 'ping', epoch, after: 3 },
    { type: 'ping', epoch: epoch.toUpperCase(), after: 3, lastId },
    { ...change, op: 'accept' },
    { ...change, op: 'accept', prepMinutes: 1, after: 7 },
    { ...change, op: 'accept', prepMinutes: 240 },
    ...['sold_out', 'too_busy', 'closing', 'cannot_deliver', 'customer_request', 'other'].flatMap(reason => [
      { ...change, op: 'reject', reason },
      { ...change, op: 'cancel', reason },
    ]),
    { ...change, op: 'cancel' },
    { ...change, op: 'ready' },
    { ...change, op: 'complete', version: 2 ** 31 - 1 },
    { ...command, op: 'remind', order },
    { ...command, op: 'set_open', open: true },
    { ...command, op: 'set_dish', dish: '菜', available: false },
    { ...command, op: 'set_auto_accept', autoAccept: false },
    { ...command, op: 'set_prep', prepMinutes: 240, after: 0 },
    { type: 'hello', role: 'visitor', shop: 'shop1' },
    { ...command, op: 'set_busy', busyMinutes: 0 },
    { ...command, op: 'set_busy', busyMinutes: 120 },
    { ...command, op: 'pause', minutes: 1 },
    { ...command, op: 'pause', minutes: 240 },
    { ...command, op: 'claim_print', order, after: 4 },
    dish,
    { ...dish, name: '宫'.repeat(60), category: '', priceCents: 0, available: false },
    { ...dish, dish: '菜'.repeat(64), category: '热'.repeat(60), priceCents: 100_000_000 },
    { ...dish, dish: '__proto__', name: 'constructor' },
    { ...command, op: 'remove_dish', dish: 'x' },
    { ...command, op: 'order_dishes', dishes: [] },
    { ...command, op: 'order_dishes', dishes: ['a', 'b', '__proto__'] },
    { ...command, op: 'move_dish', dish: 'a' },
    { ...command, op: 'move_dish', dish: 'a', before: '__proto__' },
    { ...command, op: 'move_category', category: '', before: '热'.repeat(60) },
    { ...command, op: 'rename_category', category: '', name: 'x' },
    { ...command, op: 'report' },
    { ...command, op: 'report', day: '2024-02-29', after: 3 },
    { ...command, op: 'list_orders' },
    { ...command, op: 'list_orders', day: '2025-12-31', afterNumber: 0 },
  ])('is read as it is: %j', frame => {
    expect(read(frame)).toEqual(frame);
  });

  it.each<[string, string | undefined]>([
    ['binary', undefined],
    ['nothing', ''],
    ['no JSON', 'hello'],
    ['a truncated frame', '{"type":"ping"'],
    ['null', 'null'],
    ['a list', '[]'],
    ['a list of frames', '[{"type":"ping"}]'],
    ['a text', '"ping"'],
    ['a number', '1'],
    ['an empty object', '{}'],
    ['two frames', '{"type":"ping"}{"type":"ping"}'],
    ['a key twice', '{"type":"ping","type":"ping"}'],
    ['a key twice, one of them escaped', '{"type":"ack","seq":1,"\\u0073eq":2}'],
    ['minus zero', '{"type":"ack","seq":-0}'],
    ['too large a number', '{"type":"ack","seq":9007199254740993}'],
    ['2^63', '{"type":"ack","seq":9223372036854775808}'],
    ['infinity', '{"type":"ack","seq":1e999}'],
  ])('is none: %s', (_, text) => {
    expect(() => parseClientFrame(text)).toThrow(protocolError);
  });

  it.each([
    { type: 'nonsense' },
    { type: 'Ping' },
    { type: 5 },
    { type: null },
    { type: 'welcome', role: 'shop' },
    { type: '__proto__' },
    { type: 'constructor' },
    { type: 'ping', more: 1 },
    { type: 'ping', epoch },
    { type: 'ping', after: 3 },
    { type: 'ping', epoch: 'x', after: 3 },
    { type: 'ping', epoch, after: '3' },
    { type: 'ping', epoch, after: -1 },
    { type: 'ping', epoch, after: 1.5 },
    { type: 'ping', epoch, after: null },
    { type: 'ping', epoch, after: 3, lastId: 'x' },
    { type: 'ping', epoch, after: 3, lastId: null },
    { type: 'ack' },
    { type: 'ack', seq: '1' },
    { type: 'ack', seq: null },
    { type: 'ack', seq: -1 },
    { type: 'ack', seq: 0.5 },
    { type: 'ack', seq: 1, epoch },
    { type: 'hello' },
    { ...hello, role: 'admin' },
    { ...hello, role: undefined },
    { ...hello, shop: '' },
    { ...hello, shop: 'a b' },
    { ...hello, shop: ['shop1'] },
    { ...hello, token: '' },
    { ...hello, token: 5 },
    { ...hello, token: 'x'.repeat(201) },
    { ...hello, token: undefined },
    { ...hello, device: 'x' },
    { ...hello, device: undefined },
    { ...hello, epoch },
    { ...hello, after: 1 },
    { ...hello, order },
    { ...hello, admin: true },
    { type: 'hello', role: 'customer', order: '', token: 'x' },
    { type: 'hello', role: 'customer', order, token: 'x', epoch, after: 1 },
    { type: 'hello', role: 'customer', order, token: 'x', shop: 'shop1' },
    { type: 'hello', role: 'customer', order },
    { type: 'hello', role: 'visitor' },
    { type: 'hello', role: 'visitor', shop: '' },
    { type: 'hello', role: 'visitor', shop: "' or true --" },
    { type: 'hello', role: 'visitor', shop: 'shop1', token: 'x' },
    { type: 'hello', role: 'visitor', shop: 'shop1', epoch, after: 1 },
    { type: 'command' },
    { type: 'command', op: 'set_open', open: true },
    { type: 'command', id: 'x', op: 'set_open', open: true },
    { type: 'command', id: null, op: 'set_open', open: true },
    { type: 'command', id: `${id} `, op: 'set_open', open: true },
    { type: 'command', id: [id], op: 'set_open', open: true },
  ])('is none: %j', frame => {
    expect(() => read(frame)).toThrow(protocolError);
  });

  it.each([
    [{ ...hello, device: undefined }, 'device: is missing'],
    [{ ...hello, extra: 1 }, 'extra: unknown field'],
    [{ ...hello, epoch: 'first' }, 'epoch: must be a UUID'],
    [{ type: 'command', op: 'set_open', open: true }, 'id: is missing'],
    [{ type: 'commend', id }, 'type: must be hello, ack, ping or command'],
    [{ type: 'hello', role: 'cook' }, 'role: must be shop, customer or visitor'],
    [{ id }, 'type: is missing'],
    [[], 'type: is missing'],
  ])('says what is wrong with it: %j', (frame, detail) => {
    const message = `not a frame of this protocol: ${detail}`;
    expect(() => read(frame)).toThrow(expect.objectContaining({ code: 'protocol_error', message }));
  });

  it('holds 16 KiB of UTF-8, not one byte more', () => {
    const sized = (bytes: number) => {
      const text = JSON.stringify({ type: 'ping', x: '' });
      return text.replace('""', `"${'菜'.repeat(10)}${'x'.repeat(bytes - Buffer.byteLength(text) - 30)}"`);
    };
    const largest = sized(MAX_FRAME_TO_SERVER_BYTES);
    expect(Buffer.byteLength(largest)).toBe(16_384);
    expect(() => parseClientFrame(largest)).toThrow('unknown field');
    expect(() => parseClientFrame(sized(MAX_FRAME_TO_SERVER_BYTES + 1))).toThrow('at most 16384 bytes');
  });

  it('throws nothing but a protocol error, whatever comes', () => {
    const types = fc.constantFrom('hello', 'ack', 'ping', 'command', 'result', '', 1, null);
    const frames = fc.record(
      {
        type: types,
        role: fc.constantFrom('shop', 'customer', 'x', 1),
        id: fc.oneof(fc.uuid(), fc.jsonValue()),
        op: fc.oneof(fc.constantFrom('accept', 'remind', 'set_dish'), fc.jsonValue()),
        seq: fc.jsonValue(),
        after: fc.jsonValue(),
        order: fc.jsonValue(),
      },
      { requiredKeys: ['type'] },
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          frames.map(frame => JSON.stringify(frame)),
        ),
        text => {
          try {
            expect(['hello', 'ack', 'ping', 'command', 'bad_command']).toContain(parseClientFrame(text).type);
          } catch (error) {
            expect(error).toEqual(protocolError);
          }
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it('is not repeated in what is said about it', () => {
    for (const frame of [
      { ...hello, token: 'SECRET'.repeat(50) },
      { ...hello, device: 'SECRET' },
      { type: 'hello', role: 'visitor', shop: 'SECRET!' },
      { ...hello, role: 'SECRET' },
      { type: 'SECRET' },
    ]) {
      expect(() => read(frame)).toThrow(expect.objectContaining({ message: expect.not.stringContaining('SECRET') }));
    }
    const wrong = read({ ...command, op: 'set_open', open: 'SECRET' }) as BadCommand;
    expect(wrong.refusal.fields).toEqual([{ path: 'open', message: 'must be boolean' }]);
  });
});

test('a day is one of the calendar, from 2000 to 2999', () => {
  const isRead = (day: string) => read({ ...command, op: 'report', day }).type === 'command';
  for (let ms = Date.UTC(1999, 11, 30); ms < Date.UTC(2101, 0, 1); ms += 86_400_000) {
    const day = new Date(ms).toISOString().slice(0, 10);
    if (isRead(day) !== day.startsWith('2')) throw new Error(day);
  }
  for (const day of [
    '2100-02-29',
    '2000-02-30',
    '2024-02-30',
    '2023-02-29',
    '2025-04-31',
    '2025-00-10',
    '2025-01-00',
  ]) {
    expect([day, isRead(day)]).toEqual([day, false]);
  }
});

describe('a command that makes no sense but has an id', () => {
  it.each([
    [command, 'op'],
    [{ ...command, op: 'explode' }, 'op'],
    [{ ...command, op: 5 }, 'op'],
    [{ ...command, op: 'toString' }, 'op'],
    [{ ...command, op: 'accept', order }, 'version'],
    [{ ...command, op: 'accept', version: 1 }, 'order'],
    [{ ...change, op: 'accept', version: 0 }, 'version'],
    [{ ...change, op: 'accept', version: 1.5 }, 'version'],
    [{ ...change, op: 'accept', version: 2 ** 31 }, 'version'],
    [{ ...change, op: 'accept', version: '1' }, 'version'],
    [{ ...change, op: 'accept', prepMinutes: 0 }, 'prepMinutes'],
    [{ ...change, op: 'accept', prepMinutes: 241 }, 'prepMinutes'],
    [{ ...change, op: 'accept', reason: 'other' }, 'reason'],
    [{ ...change, op: 'accept', order: '' }, 'order'],
    [{ ...change, op: 'accept', order: 'x'.repeat(65) }, 'order'],
    [{ ...change, op: 'accept', after: -1 }, 'after'],
    [{ ...change, op: 'reject' }, 'reason'],
    [{ ...change, op: 'reject', reason: 'expired' }, 'reason'],
    [{ ...change, op: 'cancel', reason: 'because' }, 'reason'],
    [{ ...change, op: 'remind' }, 'version'],
    [{ ...command, op: 'set_open' }, 'open'],
    [{ ...command, op: 'set_open', open: 'true' }, 'open'],
    [{ ...command, op: 'set_open', open: 1 }, 'open'],
    [{ ...command, op: 'set_dish', dish: 'rice' }, 'available'],
    [{ ...command, op: 'set_dish', dish: 'ri\0ce', available: true }, 'dish'],
    [{ ...command, op: 'set_prep', prepMinutes: null }, 'prepMinutes'],
    [{ ...command, op: 'set_auto_accept', autoAccept: true, open: true }, 'open'],
    ...wrong({ ...command, op: 'pause' }, 'minutes', undefined, 0, 241, 1.5, '5', null, true),
    ...wrong({ ...command, op: 'set_busy' }, 'busyMinutes', undefined, -1, 121, 1.5, '5', null, true),
    ...wrong({ ...command, op: 'claim_print' }, 'order', undefined, 5, ''),
    [{ ...command, op: 'claim_print', order, device }, 'device'],
    ...wrong(dish, 'dish', undefined, '', 'x'.repeat(65), 'a\0b', { toString: 'tea' }),
    ...wrong(dish, 'name', undefined, '', ' ', '\u200b', 'x'.repeat(61), 'a\0b', '\ud800', 5, null, ['tea']),
    ...wrong(dish, 'category', undefined, 'x'.repeat(61), 'a\0b', '\udfff', null),
    ...wrong(dish, 'priceCents', undefined, -1, 0.5, 100_000_001, '300', null),
    ...wrong(dish, 'available', undefined, 'yes', 1),
    ...wrong(dish, 'position', 1),
    ...wrong({ ...command, op: 'remove_dish' }, 'dish', undefined, '', 7),
    ...wrong(
      { ...command, op: 'order_dishes' },
      'dishes',
      undefined,
      'tea',
      { length: 1, 0: 'tea' },
      Array(1_001).fill('a'),
    ),
    [{ ...command, op: 'order_dishes', dishes: ['tea', ''] }, 'dishes[1]'],
    [{ ...command, op: 'order_dishes', dishes: [null] }, 'dishes[0]'],
    ...wrong({ ...command, op: 'report' }, 'day', '', 'today', '2025-02-29', '2025-13-01', '2025-1-1', '1999-12-31'),
    ...wrong({ ...command, op: 'report' }, 'day', '3000-01-01', '2025-01-31T00:00:00Z', 20250131, null),
    ...wrong({ ...command, op: 'report' }, 'shop', 'shop2'),
    ...wrong({ ...command, op: 'list_orders' }, 'day', '2025-02-30', ['2025-02-01']),
    ...wrong({ ...command, op: 'list_orders' }, 'afterNumber', -1, 1.5, 2 ** 31, '0', null),
  ] as [object, string][])('is told apart, to be answered: %j', (frame, path) => {
    const bad = read(frame);
    expect(bad).toEqual({ type: 'bad_command', id, refusal: expect.any(Refusal) });
    if (bad.type !== 'bad_command') return;
    expect(bad.refusal.code).toBe('invalid_request');
    expect(bad.refusal.fields?.map(field => field.path)).toContain(path);
  });
});
