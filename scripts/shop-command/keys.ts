import { postgresInstallation } from '../../db/installation.ts';
import { revoked, sayFarewell } from '../../functions/domain/farewell.ts';
import { parseInitEvent } from '../../functions/domain/init-event.ts';
import { hashOf, newShopKey } from '../../functions/domain/secret.ts';
import type { Wish } from './arguments.ts';
import type { Shops } from './database.ts';
import { tableText } from './table-text.ts';

/** What a command is asked to do with keys. */
export type KeyWish = Extract<Wish, { do: 'list keys' | 'make key' | 'revoke key' | 'rotate keys' }>;

/** Does it, and answers what there is to say; `undefined`: there is no such shop. @throws Refusal as `Installation` does */
export async function performOnKeys(wish: KeyWish, { database, push }: Shops): Promise<string | undefined> {
  const installation = postgresInstallation(database);
  switch (wish.do) {
    case 'list keys': {
      const keys = await installation.keys(wish.shop);
      const rows = keys?.map(({ keyId, name, role, madeAt, lastSeenAt }) => [
        keyId,
        name,
        role,
        madeAt,
        lastSeenAt ?? 'never',
      ]);
      return rows && tableText([['key id', 'name', 'role', 'made', 'last seen'], ...rows]);
    }
    case 'make key': {
      const { shop } = wish;
      const [checked] = parseInitEvent({ makeKeys: [{ shop, name: wish.name, role: wish.role }] }).makeKeys ?? [];
      if (checked === undefined) return undefined;
      const key = newShopKey();
      const keyId = await installation.makeKey(shop, { ...checked, hash: hashOf(key) });
      return `the key ${keyId} is made\n${keyText(shop, key)}`;
    }
    case 'revoke key':
      await sayFarewell(push, await installation.revokeKey(wish.shop, wish.keyId), revoked());
      return 'the key is revoked; screens that were opened with it close\n';
    case 'rotate keys': {
      const key = newShopKey();
      const screens = await installation.rotateKey(wish.shop, hashOf(key));
      if (screens === undefined) return undefined;
      await sayFarewell(push, screens, revoked());
      return `${keyText(wish.shop, key)}Screens that were opened with a key of before close.\n`;
    }
  }
}

/** A new key, and where it is used. */
export function keyText(shop: string, key: string): string {
  return `Its key, which is shown only now: ${key}\nIts screen, at the address of your pages: /shop.html#shop=${shop}&key=${key}\n`;
}
