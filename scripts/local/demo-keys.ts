import path from 'node:path';
import type pg from 'pg';
import { matches } from '../../functions/domain/secret.ts';
import { demoShops } from '../../functions/init_db/demo-shops.ts';
import type { InitAnswer } from '../../functions/init_db/init-db.ts';
import { readPrivateJson, writePrivateJson } from './private-file.ts';

type InitDb = (event: unknown) => Promise<InitAnswer>;

/**
 * Sets the database up and answers the keys of its demo shops, by shop. The keys are kept in `<directory>/demo-keys.json`
 * and stay the same as long as they fit the database. Demo shops are made where there is no shop at all, and those that
 * are missing where there are some of them: a database with real shops is left as it is.
 */
export async function demoKeys(directory: string, pool: pg.Pool, initDb: InitDb): Promise<Record<string, string>> {
  await call(initDb, {});
  const file = path.join(directory, 'demo-keys.json');
  const keys = readPrivateJson(file);
  const before = await storedHashes(pool);
  const isDemo = before.size === 0 || [...before.keys()].some(shop => shop in keys || shop === 'shop1');
  if (!isDemo) return {};

  // One that is there stays as whoever tries the system has changed it.
  const missing = demoShops.filter(({ id }) => !before.has(id));
  const made = await call(initDb, { shops: missing });
  const shops = demoShops.map(({ id }) => id);
  for (const { id, key } of made.shops) if (key !== undefined) keys[id] = key;
  const hashes = await storedHashes(pool);
  const lost = shops.filter(shop => hashes.get(shop)?.some(hash => fits(keys[shop], hash)) !== true);
  const rotated = lost.length === 0 ? [] : (await call(initDb, { rotateKeys: lost })).rotated;
  for (const { id, key } of rotated) keys[id] = key;
  writePrivateJson(file, keys);
  return Object.fromEntries(shops.map(shop => [shop, keys[shop] ?? '']));
}

function fits(key: string | undefined, hash: Buffer): boolean {
  return key !== undefined && matches(key, hash);
}

/** The hashes of each shop's keys. */
async function storedHashes(pool: pg.Pool): Promise<Map<string, Buffer[]>> {
  const { rows } = await pool.query<{ shop: string; hashes: Buffer[] }>(
    'select shop, array_agg(key_hash) as hashes from shop_keys group by shop',
  );
  return new Map(rows.map(({ shop, hashes }) => [shop, hashes]));
}

async function call(initDb: InitDb, event: unknown): Promise<Exclude<InitAnswer, { error: unknown }>> {
  const answer = await initDb(event);
  if ('error' in answer) throw new Error(`init_db: ${answer.error.message}`);
  return answer;
}
