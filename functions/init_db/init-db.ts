import type { Push } from '../../apigateway/push.ts';
import { revoked, sayFarewell } from '../domain/farewell.ts';
import type { ListedKey, ShopKey } from '../domain/frames.ts';
import { type InitEvent, parseInitEvent } from '../domain/init-event.ts';
import type { Installation } from '../domain/installation.ts';
import { Refusal, wireError } from '../domain/refusal.ts';
import { hashOf, newShopKey } from '../domain/secret.ts';
import { demoShops } from './demo-shops.ts';

/** What `init_db` did. A key is shown here and never again: only its hash is kept. */
export type InitAnswer =
  | {
      schema: { version: number; applied: string[] };
      shops: MadeShop[];
      rotated: { id: string; key: string }[];
      newEpochs: number;
      /** The keys that were made, and the ids of those that were revoked. */
      made?: (ShopKey & { shop: string; key: string })[];
      revoked?: { shop: string; keyId: string }[];
      /** Of the shops that were to be listed. */
      keys?: { shop: string; keys: ListedKey[] }[];
      /** Of the customer that was to be erased: finished orders that were, and open ones that stay. */
      erased?: { orders: number; open: number };
    }
  | {
      error: ReturnType<typeof wireError>;
      /** Those before the one that was refused, with the keys of new ones: they stand. */
      shops?: MadeShop[];
    };

interface MadeShop {
  id: string;
  created: boolean;
  key?: string;
}

/**
 * Migrates the database, then creates and updates shops as the event says. Safe to repeat, except that
 * `makeKeys` and `rotateKeys` make other keys each time. Called by the owner alone: no gateway leads here.
 */
export function initDb(installation: Installation, push: Push) {
  return async (event: unknown): Promise<InitAnswer> => {
    const shops: MadeShop[] = [];
    try {
      return await run(installation, push, parseInitEvent(event), shops);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return { error: wireError(error), ...(shops.length > 0 && { shops }) };
    }
  };
}

async function run(installation: Installation, push: Push, event: InitEvent, shops: MadeShop[]) {
  const schema = await installation.migrate();
  for (const shop of [...(event.demo === true ? demoShops : []), ...(event.shops ?? [])]) {
    const key = newShopKey();
    const created = await installation.upsertShop(shop, hashOf(key)).catch(error => sayWhich(shop.id, error));
    shops.push(created ? { id: shop.id, created, key } : { id: shop.id, created });
  }
  const rotated = [];
  for (const id of event.rotateKeys ?? []) rotated.push({ id, key: await rotate(installation, push, id) });
  const newEpochs = event.newEpoch === true ? await installation.newEpoch() : 0;
  const done = { schema, shops, rotated, newEpochs, ...(await changeKeys(installation, push, event)) };
  return event.erase === undefined ? done : { ...done, erased: await installation.eraseCustomer(event.erase.phone) };
}

/** An event may hold a thousand shops. */
function sayWhich(shop: string, error: unknown): never {
  if (!(error instanceof Refusal)) throw error;
  throw new Refusal(error.code, `shop ${shop}: ${error.message}`, error);
}

/** What of the answer is about single keys; only what was asked for. They are made first, so that a manager stays. */
async function changeKeys(installation: Installation, push: Push, { makeKeys, revokeKeys, listKeys }: InitEvent) {
  const made = [];
  for (const { shop, name, role } of makeKeys ?? []) {
    const key = newShopKey();
    made.push({ shop, keyId: await installation.makeKey(shop, { name, role, hash: hashOf(key) }), name, role, key });
  }
  for (const { shop, keyId } of revokeKeys ?? []) {
    await sayFarewell(push, await installation.revokeKey(shop, keyId), revoked());
  }
  const keys = [];
  for (const shop of listKeys ?? []) keys.push({ shop, keys: (await installation.keys(shop)) ?? missing(shop) });
  return { ...(makeKeys && { made }), ...(revokeKeys && { revoked: revokeKeys }), ...(listKeys && { keys }) };
}

function missing(shop: string): never {
  throw new Refusal('shop_not_found', `there is no shop ${shop}`);
}

/** From the moment the new key is stored nothing is pushed to screens with the old one; they are told and closed. */
async function rotate(installation: Installation, push: Push, id: string): Promise<string> {
  const key = newShopKey();
  const screens = await installation.rotateKey(id, hashOf(key));
  await sayFarewell(push, screens ?? missing(id), revoked());
  return key;
}
