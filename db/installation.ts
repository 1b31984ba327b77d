import type { Installation } from '../functions/domain/installation.ts';
import type { Database } from './database.ts';
import { migrate } from './migrate.ts';

/** Setting up on PostgreSQL. */
export function postgresInstallation(database: Database): Installation {
  return {
    migrate: () => migrate(database.pool),

    async upsertShop(shop, keyHash) {
      const [row] = await database.query<{ created: boolean }>('select upsert_shop($1, $2) as created', [
        shop,
        keyHash,
      ]);
      return row?.created === true;
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

const CLOSE_OLD_SCREENS = `
  with old as (
    select c.id from connections c join shops s on s.id = c.shop
    where s.id = $1 and c.role = 'shop' and c.state = 'bound' and c.key_version < s.key_version
    order by c.id for update of c
  )
  update connections c set state = 'closed', closed_at = now() from old where c.id = old.id
  returning c.id`;
