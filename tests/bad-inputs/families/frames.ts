import { randomUUID } from 'node:crypto';
import type { BadInput, Frame, Scene, Sender } from '../bad-input.ts';

const rows = (from: Sender, ends: 'protocol_error' | 'hello_required', frames: Record<string, Frame>): BadInput[] =>
  Object.entries(frames).map(([name, frame]) => ({ name: `${from}: ${name}`, from, frame, ends }));

const hello =
  (more: object) =>
  ({ keys }: Scene) => ({
    type: 'hello',
    role: 'shop',
    shop: 'shop1',
    token: keys.shop1,
    device: randomUUID(),
    ...more,
  });
const cursors: Record<string, object> = {
  'no device': { device: undefined },
  'a device that is no UUID': { device: 'tablet' },
  'after −1': { epoch: randomUUID(), after: -1 },
  'after 1.5': { epoch: randomUUID(), after: 1.5 },
  'after 2^63': { epoch: randomUUID(), after: 2 ** 63 },
  'after as text': { epoch: randomUUID(), after: 'x' },
  'after null': { epoch: randomUUID(), after: null },
  'after alone': { after: 1 },
  'epoch alone': { epoch: randomUUID() },
  'an epoch that is none': { epoch: "' or true", after: 1 },
};

/** Frames that are none of the protocol: each ends its connection with a word. */
export const badFrames: BadInput[] = [
  ...rows('nobody', 'hello_required', {
    'a ping': { type: 'ping' },
    'an ack': { type: 'ack', seq: 0 },
    'a command': { type: 'command', id: randomUUID(), op: 'set_open', open: false },
    'a command for an order': { type: 'command', id: randomUUID(), op: 'accept', order: randomUUID(), version: 1 },
  }),
  ...rows('nobody', 'protocol_error', {
    'nothing known': { type: 'x' },
    'an empty frame': '',
    'a visitor without a shop': { type: 'hello', role: 'visitor' },
    'a visitor of a text that is no id': { type: 'hello', role: 'visitor', shop: "' or true --" },
    'a visitor of a list of shops': { type: 'hello', role: 'visitor', shop: ['shop1'] },
    'a visitor with a key': { type: 'hello', role: 'visitor', shop: 'shop1', token: 'x' },
    'a hello of 64 KiB of spaces, cut': `{"type":"hello"${' '.repeat(16_000)}`,
  }),
  ...Object.entries(cursors).map(
    ([name, more]): BadInput => ({
      name: `a hello with ${name}`,
      from: 'nobody',
      frame: hello(more),
      ends: 'protocol_error',
    }),
  ),
  ...['nowhere', '__proto__', 'constructor'].map(
    (shop): BadInput => ({
      name: `a visitor of ${shop}`,
      from: 'nobody',
      frame: { type: 'hello', role: 'visitor', shop },
      ends: 'shop_not_found',
    }),
  ),
  ...rows('screen', 'protocol_error', {
    'no JSON': 'hello?',
    'a key twice': '{"type":"ping","type":"ack","seq":1}',
    'trailing garbage': '{"type":"ping"} x',
    'a byte order mark': '\ufeff{"type":"ping"}',
    'nested 5,000 deep': '['.repeat(5_000),
    'a list': '[]',
    null: 'null',
    'a number': '5',
    'a text': '"ping"',
    binary: Buffer.from('{"type":"ping"}'),
    'an unknown type': { type: 'order' },
    'a type of the server': { type: 'events', events: [] },
    'a type that is a list': { type: ['ping'] },
    'an unknown field': { type: 'ping', x: 1 },
    __proto__: '{"type":"ping","__proto__":{"admin":true}}',
    'an ack beyond head': { type: 'ack', seq: 10 ** 9 },
    'an ack of −1': { type: 'ack', seq: -1 },
    'an ack of −0': '{"type":"ack","seq":-0}',
    'an ack of 1e999': '{"type":"ack","seq":1e999}',
    'an ack as text': { type: 'ack', seq: '1' },
    'an ack of nothing': { type: 'ack' },
    'a ping with half a cursor': { type: 'ping', after: 1 },
    'a ping with a foreign epoch as list': { type: 'ping', epoch: [randomUUID()], after: 1 },
    'a command without id': { type: 'command', op: 'set_open', open: true },
    'a command whose id is no UUID': { type: 'command', id: '1', op: 'set_open', open: true },
    'a command that acks beyond head': {
      type: 'command',
      id: randomUUID(),
      op: 'set_prep',
      prepMinutes: 15,
      after: 10 ** 9,
    },
    'a visitor’s hello': { type: 'hello', role: 'visitor', shop: 'shop1' },
  }),
  ...rows('customer', 'protocol_error', {
    'an ack': { type: 'ack', seq: 1 },
    'a command that acks': { type: 'command', id: randomUUID(), op: 'remind', order: randomUUID(), after: 1 },
  }),
  ...rows('visitor', 'protocol_error', {
    'an ack': { type: 'ack', seq: 1 },
    'a command that acks': { type: 'command', id: randomUUID(), op: 'report', after: 1 },
  }),
  {
    name: 'screen: 17 KiB',
    from: 'screen',
    frame: { type: 'ping', pad: 'x'.repeat(17 * 1024) },
    ends: 'protocol_error',
    closeCode: 1009,
  },
  {
    name: 'screen: another shop’s key',
    from: 'screen',
    frame: ({ keys }) => ({ ...hello({ shop: 'shop2', token: keys.shop1 })({ keys } as Scene) }),
    ends: 'unauthorized',
  },
];
