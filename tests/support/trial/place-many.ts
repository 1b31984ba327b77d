import { randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import { hashOf } from '../../../functions/domain/secret.ts';
import { noteAnswer } from './customer.ts';
import type { OrderRecord } from './history.ts';

/** Places orders of 800 bytes in a shop, past `bill`, so that no screen is told; writes the history of them. */
export async function placeMany(pool: Pool, records: OrderRecord[], shop: string, count: number): Promise<void> {
  for (let left = count; left > 0; left -= AT_ONCE) {
    const keys = Array.from({ length: Math.min(left, AT_ONCE) }, () => randomUUID());
    for (const key of keys) records.push({ type: 'invoke', at: Date.now(), key, shop });
    const { rows } = await pool.query<{ key: string; body: string }>(PLACE, [keys, hashOf('any'), shop]);
    for (const { key, body } of rows) noteAnswer(records, key, 201, `{"order":${body}}`);
  }
}

/** Each statement leaves as many dead versions of the shop's counter behind. */
const AT_ONCE = 500;

const PLACE = `
  select k.key, p.body::text as body from unnest($1::uuid[]) as k (key)
  cross join place_order(k.key, $2, $3, array['rice'], array[2], array[null]::text[], '小明', '138', repeat('人民路', 20),
    k.key::text, null, null, null, null, null, 24576) p`;
