import { errorFrame } from '../domain/delivery.ts';
import { type InitEvent, parseInitEvent, type ShopDefinition } from '../domain/init-event.ts';
import type { Installation } from '../domain/installation.ts';
import type { Push } from '../domain/push.ts';
import { Refusal, wireError } from '../domain/refusal.ts';
import { hashOf, newShopKey } from '../domain/secret.ts';

/** What `init_db` did. A key is shown here and never again: only its hash is kept. */
export type InitAnswer =
  | {
      schema: { version: number; applied: string[] };
      shops: { id: string; created: boolean; key?: string }[];
      rotated: { id: string; key: string }[];
      newEpochs: number;
    }
  | { error: ReturnType<typeof wireError> };

/**
 * Migrates the database, then creates and updates shops as the event says. Safe to repeat. Called by the owner alone:
 * no gateway leads here.
 */
export function initDb(installation: Installation, push: Push, demoShops: ShopDefinition[]) {
  return async (event: unknown): Promise<InitAnswer> => {
    try {
      return await run(installation, push, demoShops, parseInitEvent(event));
    } catch (error) {
      if (error instanceof Refusal) return { error: wireError(error) };
      throw error;
    }
  };
}

async function run(installation: Installation, push: Push, demoShops: ShopDefinition[], event: InitEvent) {
  const schema = await installation.migrate();
  const shops = [];
  for (const shop of [...(event.demo === true ? demoShops : []), ...(event.shops ?? [])]) {
    const key = newShopKey();
    const created = await installation.upsertShop(shop, hashOf(key));
    shops.push(created ? { id: shop.id, created, key } : { id: shop.id, created });
  }
  const rotated = [];
  for (const id of event.rotateKeys ?? []) rotated.push({ id, key: await rotate(installation, push, id) });
  const newEpochs = event.newEpoch === true ? await installation.newEpoch() : 0;
  return { schema, shops, rotated, newEpochs };
}

/** From the moment the new key is stored nothing is pushed to screens with the old one; they are told and closed. */
async function rotate(installation: Installation, push: Push, id: string): Promise<string> {
  const key = newShopKey();
  const screens = await installation.rotateKey(id, hashOf(key));
  if (screens === undefined) throw new Refusal('shop_not_found', `there is no shop ${id}`);
  const farewell = errorFrame(new Refusal('unauthorized', 'the key of the shop has been changed'));
  await Promise.all(
    screens.map(async screen => {
      await push.send(screen, farewell);
      await push.close(screen);
    }),
  );
  return key;
}
