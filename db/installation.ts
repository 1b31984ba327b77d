import type { Installation } from '../functions/domain/installation.ts';
import { Refusal } from '../functions/domain/refusal.ts';
import { type Database, unavailable } from './database.ts';
import { migrate } from './migrate.ts';
import { grantRuntime } from './roles.ts';

/** Setting up on PostgreSQL. `runtimeUrl` names the role that functions run as, where that is another than the owner. */
export function postgresInstallation(database: Database, runtimeUrl?: string): Installation {
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
      const [known] = await database.query(
        'update shops set key_hash = $2, key_version = key_version + 1 where id = $1 returning id',
        [shop, keyHash],
      );
      if (known === undefined) return undefined;
      const closed = await database.query<{ id: string }>(CLOSE_OLD_SCREENS, [shop]);
      return closed.map(row => row.id);
    },

    async newEpoch() {
      return (await database.query('update streams set epoch = gen_random_uuid() returning shop')).length;
    },
  };
}

const ERASED_AT_ONCE = 200;

// With those that were closed a moment ago: when the answer to this statement is lost and it is repeated, they are still
// to be told and closed at the gateway.
const CLOSE_OLD_SCREENS = `
  with old as (
    select c.id from connections c join shops s on s.id = c.shop
    where s.id = $1 and c.role = 'shop' and c.key_version < s.key_version
      and (c.state = 'bound' or (c.state = 'closed' and c.closed_at > now() - interval '1 minute'))
    order by c.id for update of c
  )
  update connections c set state = 'closed', closed_at = coalesce(c.closed_at, now()) from old where c.id = old.id
  returning c.id`;
