import { randomUUID } from 'node:crypto';
import type { BadInput } from '../bad-input.ts';
import { bill, good } from '../order-request.ts';

const keys: [string, string | string[]][] = [
  ['none', []],
  ['empty', ''],
  ['no UUID', 'abc'],
  ['10 kB', 'a'.repeat(10_000)],
  ['two', [randomUUID(), randomUUID()]],
  ['the same twice', Array(2).fill(randomUUID())],
  ['in braces', `{${randomUUID()}}`],
  ['without dashes', randomUUID().replaceAll('-', '')],
  ['one letter more', `${randomUUID()}0`],
  ['no hexadecimal letter', randomUUID().replace(/.$/, 'g')],
  ['with a space within', randomUUID().replace('-', ' ')],
];

/** Idempotency keys that are none. */
export const badKeys: BadInput[] = keys.map(([name, key]) => ({
  name,
  request: bill(JSON.stringify(good), { 'idempotency-key': key }),
  status: 400,
  code: 'idempotency_key_required',
}));
