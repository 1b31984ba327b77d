import { randomUUID } from 'node:crypto';
import type { ListedKey } from '../functions/domain/frames.ts';
import type { Installation } from '../functions/domain/installation.ts';
import { type ErrorCode, Refusal } from '../functions/domain/refusal.ts';
import { type Database, unavailable } from './database.ts';
import { migrate } from './migrate.ts';
import { grantRuntime } from './roles.ts';
import { REVOKED_SCREENS } from './subscriptions.ts';

/** Setting up on PostgreSQL. `runtimeUrl` names the role that functions run as, where that is another than the owner. */
export function postgresInstallation(database: Database, runtimeUrl?: string): Installation {
  const revokedScreens = async (shop: string) =>
    (await database.query<{ id: string }>(REVOKED_SCREENS, [shop])).map(row => row.id);

  /** What a function of keys answers, as `run_command` does: its refusal is thrown. */
  async function outcomeOf(text: string, values: unknown[]): Promise<{ keyId?: string }> {
    const [row] = await database.query<{ outcome: KeyOutcome }>(text, values);
    if (row === undefined) throw new Error('the function answered no row');
    if (row.outcome.error !== undefined) throw new Refusal(row.outcome.error.code, row.outcome.error.message);
    return row.outcome;
  }

  return {
    async migrate() {
      try {
        const schema = await migrate(database.pool);
        if (runtimeUrl !== undefined) await grantRuntime(database.pool, runtimeUrl);
        return schema;
      } catch (error) {
        throw error instanceof Refusal ? error : (unavailable(error) ?? error);
      }
    },

    async upsertShop(shop, keyHash) {
      const [row] = await database.query<{ created: boolean }>('select upsert_shop($1, $2) as created', [
        shop,
        keyHash,
      ]);
      if (shop.retentionDays !== undefined) {
        await database.query('update shops set retention_days = $2 where id = $1', [shop.id, shop.retentionDays]);
      }
      if (shop.linkDays !== undefined) {
        await database.query('update shops set link_days = $2 where id = $1', [shop.id, shop.linkDays]);
      }
      return row?.created === true;
    },

    async eraseCustomer(phone) {
      const total = { orders: 0, open: 0 };
      for (const { shop } of await database.query<{ shop: string }>('select id as shop from shops order by id')) {
        let erased: number;
        let open = 0;
        do {
          const [row] = await database.query<{ erased: string; open: string }>(
            'select erased, open from erase_customer($1, $2, $3)',
            [shop, phone, ERASED_AT_ONCE],
          );
          erased = Number(row?.erased);
          open = Number(row?.open);
          total.orders += erased;
        } while (erased === ERASED_AT_ONCE);
        total.open += open;
      }
      return total;
    },

    async rotateKey(shop, keyHash) {
      const [row] = await database.query<{ is_known: boolean }>('select rotate_key($1, $2) as is_known', [
        shop,
        keyHash,
      ]);
      if (row?.is_known !== true) return undefined;
      return revokedScreens(shop);
    },

    async makeKey(shop, { name, role, hash }) {
      const outcome = await outcomeOf('select make_key($1, $2, $3, $4) as outcome', [shop, name, role, hash]);
      if (outcome.keyId === undefined) throw new Error('make_key answered no id');
      return outcome.keyId;
    },

    async revokeKey(shop, keyId) {
      await outcomeOf('select revoke_key($1, $2) as outcome', [shop, keyId]);
      return revokedScreens(shop);
    },

    async keys(shop) {
      const [row] = await database.query<{ keys: ListedKey[] }>(
        'select keys_json(id) as keys from shops where id = $1',
        [shop],
      );
      return row?.keys;
    },

    async newEpoch() {
      const shops = await database.query<{ shop: string }>('select shop from streams order by shop');
      for (const { shop } of shops)
        await database.query('update streams set epoch = $2 where shop = $1', [shop, randomUUID()]);
      return shops.length;
    },
  };
}

const ERASED_AT_ONCE = 200;

interface KeyOutcome {
  keyId?: string;
  error?: { code: ErrorCode; message: string };
}
