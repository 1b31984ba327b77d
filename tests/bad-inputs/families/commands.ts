import { randomUUID } from 'node:crypto';
import type { ErrorCode } from '../../../functions/domain/refusal.ts';
import type { BadInput, Scene } from '../bad-input.ts';

const dish = { op: 'put_dish', dish: 'tea', name: '茶', category: '饮料', priceCents: 300, available: true };

/** What a shop's screen asks for beside orders, and what it gets. */
const ofTheShop: [ErrorCode, object[]][] = [
  [
    'invalid_request',
    [
      { op: 'explode' },
      { op: '__proto__' },
      { op: ['report'] },
      {},
      { op: 'set_open', open: 1 },
      { op: 'set_open' },
      { op: 'set_busy', busyMinutes: 121 },
      { op: 'set_busy', busyMinutes: -1 },
      { op: 'set_busy', busyMinutes: '20' },
      { op: 'set_busy', prepMinutes: 20 },
      { op: 'pause', minutes: 0 },
      { op: 'pause', minutes: 241 },
      { op: 'pause', minutes: 15, open: true },
      { op: 'pause' },
      { op: 'claim_print' },
      { op: 'claim_print', order: { id: 1 } },
      { ...dish, name: '' },
      { ...dish, name: 'x'.repeat(61) },
      { ...dish, name: 'a\0b' },
      { ...dish, category: 'x'.repeat(61) },
      { ...dish, dish: 'x'.repeat(65) },
      { ...dish, priceCents: 1e9 },
      { ...dish, priceCents: -300 },
      { ...dish, priceCents: 0.1 },
      { ...dish, available: null },
      { ...dish, shop: 'shop2' },
      { ...dish, imageUrl: 'http://example.com/a.png' },
      { ...dish, options: [{ id: 'size', name: 'x', min: 2, choices: [{ id: 'a', name: 'a' }] }] },
      { op: 'set_hours', hours: { week: [] } },
      { op: 'set_fulfilment', pickup: false, delivery: null },
      { op: 'set_later', later: {} },
      { op: 'order_dishes', dishes: { 0: 'rice' } },
      { op: 'order_dishes', dishes: [['rice']] },
      { op: 'move_dish' },
      { op: 'move_dish', dish: 'rice', before: null },
      { op: 'move_dish', dish: 'rice', before: '' },
      { op: 'move_category', category: 'x'.repeat(61) },
      { op: 'rename_category', category: 'nothing', name: 'a\0b' },
      { op: 'rename_category', category: 'nothing', name: '\ud800' },
      { op: 'make_key' },
      { op: 'make_key', name: '厨房' },
      { op: 'make_key', name: '', role: 'staff' },
      { op: 'make_key', name: '\u200b', role: 'staff' },
      { op: 'make_key', name: 'x'.repeat(41), role: 'staff' },
      { op: 'make_key', name: 'a\0b', role: 'staff' },
      { op: 'make_key', name: 'x', role: 'owner' },
      { op: 'make_key', name: 'x', role: '__proto__' },
      { op: 'make_key', name: 'x', role: ['manager'] },
      { op: 'make_key', name: 'x', role: 'staff', key: 'x'.repeat(43) },
      { op: 'make_key', name: 'x', role: 'staff', shop: 'shop2' },
      { op: 'revoke_key' },
      { op: 'revoke_key', keyId: '' },
      { op: 'revoke_key', keyId: 1 },
      { op: 'revoke_key', keyId: 'x'.repeat(101) },
      { op: 'list_keys', shop: 'shop2' },
      { op: 'report', day: '2025-02-30' },
      { op: 'report', day: {} },
      { op: 'report', shop: 'shop2' },
      { op: 'list_orders', afterNumber: -1 },
      { op: 'list_orders', afterNumber: 2 ** 53 },
      { op: 'list_orders', limit: 1_000 },
    ],
  ],
  [
    'not_found',
    [
      { op: 'claim_print', order: 'no uuid' },
      { op: 'claim_print', order: '__proto__' },
      { op: 'claim_print', order: randomUUID() },
      { op: 'accept', order: randomUUID(), version: 1 },
      { op: 'set_dish', dish: 'beef', available: false },
      { op: 'set_choice', dish: 'rice', option: 'size', choice: 'large', available: false },
      { op: 'set_choice', dish: 'beef-noodles', option: 'size', choice: 'large', available: false },
      { op: 'remove_dish', dish: 'nothing' },
      { op: 'remove_dish', dish: '__proto__' },
      { op: 'remove_dish', dish: 'constructor' },
      // A dish of the other shop.
      { op: 'remove_dish', dish: 'beef-noodles' },
      { op: 'move_dish', dish: 'rice', before: 'beef-noodles' },
      { op: 'move_dish', dish: '__proto__' },
      { op: 'revoke_key', keyId: 'nothing' },
      { op: 'revoke_key', keyId: '__proto__' },
      { op: 'revoke_key', keyId: randomUUID() },
      // A key of the other shop.
      { op: 'revoke_key', keyId: 'shop2.1' },
      { op: 'move_category', category: '__proto__' },
      { op: 'rename_category', category: 'nothing', name: 'x' },
    ],
  ],
  ['last_manager', [{ op: 'revoke_key', keyId: 'shop1.1' }]],
  [
    'version_conflict',
    [
      { op: 'order_dishes', dishes: [] },
      { op: 'order_dishes', dishes: ['rice', 'rice'] },
      { op: 'order_dishes', dishes: ['beef-noodles'] },
    ],
  ],
];

/** What a screen does to an order that waits, in its first version. */
const ofAnOrder: [object, ErrorCode][] = [
  [{ op: 'accept' }, 'invalid_request'],
  [{ op: 'accept', version: 0 }, 'invalid_request'],
  [{ op: 'accept', version: '1' }, 'invalid_request'],
  [{ op: 'accept', version: 2 ** 31 }, 'invalid_request'],
  [{ op: 'accept', version: 1, prepMinutes: 241 }, 'invalid_request'],
  [{ op: 'accept', version: 1, reason: 'other' }, 'invalid_request'],
  [{ op: 'reject', version: 1 }, 'invalid_request'],
  [{ op: 'reject', version: 1, reason: 'expired' }, 'invalid_request'],
  [{ op: 'cancel', version: 1 }, 'invalid_request'],
  [{ op: 'remind' }, 'forbidden'],
  [{ op: 'accept', version: 7 }, 'version_conflict'],
  [{ op: 'ready', version: 1 }, 'invalid_transition'],
  [{ op: 'complete', version: 1 }, 'invalid_transition'],
];

/** What is for the shop alone. */
const forTheShop: object[] = [
  { op: 'set_busy', busyMinutes: 5 },
  { op: 'pause', minutes: 15 },
  { op: 'set_open', open: false },
  { op: 'set_auto_accept', autoAccept: true },
  { op: 'set_prep', prepMinutes: 5 },
  { op: 'set_dish', dish: 'rice', available: false },
  { op: 'accept', order: randomUUID(), version: 1 },
  { op: 'reject', order: randomUUID(), version: 1, reason: 'other' },
  { op: 'claim_print', order: randomUUID() },
  dish,
  { op: 'remove_dish', dish: 'rice' },
  { op: 'order_dishes', dishes: ['rice'] },
  { op: 'move_dish', dish: 'rice' },
  { op: 'move_category', category: 'x' },
  { op: 'rename_category', category: 'x', name: 'y' },
  { op: 'report' },
  { op: 'list_orders' },
  { op: 'make_key', name: 'x', role: 'manager' },
  { op: 'revoke_key', keyId: 'shop1.1' },
  { op: 'list_keys' },
];

const nameOf = (command: object) => JSON.stringify(command).slice(0, 160);

/** Commands that make no sense, come in the wrong state, or from somebody who may not. */
export const badCommands: BadInput[] = [
  ...ofTheShop.flatMap(([result, commands]) =>
    commands.map((command): BadInput => ({ name: nameOf(command), from: 'screen', command, result })),
  ),
  ...ofAnOrder.map(
    ([command, result]): BadInput => ({
      name: `${nameOf(command)} of an order`,
      from: 'screen',
      command: ({ order }: Scene) => ({ ...command, order }),
      result,
    }),
  ),
  ...(['customer', 'visitor'] as const).flatMap(from =>
    forTheShop.map(
      (command): BadInput => ({ name: `${from}: ${nameOf(command)}`, from, command, result: 'forbidden' }),
    ),
  ),
  ...(['cancel', 'remind'] as const).flatMap((op): BadInput[] => [
    {
      name: `a visitor's ${op}`,
      from: 'visitor',
      command: ({ order }: Scene) => ({ op, order, ...(op === 'cancel' ? { version: 1 } : {}) }),
      result: 'not_found',
    },
    {
      name: `a customer's ${op} of an order of somebody else`,
      from: 'customer',
      command: { op, order: randomUUID(), ...(op === 'cancel' ? { version: 1 } : {}) },
      result: 'not_found',
    },
  ]),
];
