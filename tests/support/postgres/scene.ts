import { randomUUID } from 'node:crypto';
import type { Change, Order, ShopSettings } from '../../../functions/domain/frames.ts';
import type { CommandOutcome } from '../../../functions/domain/ports.ts';
import { hashOf } from '../../../functions/domain/secret.ts';
import { type DatabasePorts, newShop } from './ports.ts';

/** A shop and what it asks for. */
export interface ShopScene {
  shop: string;
  /** Runs a change and answers `ok` or the code of the refusal. */
  ask(change: Change, id?: string): Promise<string>;
  run(change: Change, id?: string, connectionId?: string): Promise<CommandOutcome>;
  /** The shop as its screens see it. */
  seen(): Promise<ShopSettings>;
  /** The ids of its menu, in order. */
  menu(): Promise<string[]>;
}

/** A new shop of a database. */
export async function aShopScene(
  world: DatabasePorts,
  differing: Parameters<typeof newShop>[1] = {},
): Promise<ShopScene> {
  const shop = await newShop(world, differing);
  const run = (operation: Change, id: string = randomUUID(), connectionId?: string) => {
    const contentHash = hashOf(JSON.stringify(operation));
    return world.commands.run({ scope: shop, id, contentHash, shop, byCustomer: false, operation, connectionId });
  };
  const seen = async () => JSON.parse((await world.shops.forScreens(shop))?.full ?? '') as ShopSettings;
  return {
    shop,
    run,
    seen,
    ask: async (change, id) => codeOf(await run(change, id)),
    menu: async () => ((await seen()).dishes ?? []).map(({ id }) => id),
  };
}

/** `ok`, or the code of the refusal. */
export function codeOf({ result }: CommandOutcome): string {
  const told = JSON.parse(result) as { ok: boolean; error?: { code: string }; order?: Order };
  return told.error?.code ?? 'ok';
}
