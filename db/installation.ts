import type { Installation } from '../functions/domain/installation.ts';
import { type Database, unavailable } from './database.ts';
import { migrate } from './migrate.ts';

/** Setting up on PostgreSQL. */
export function postgresInstallation(database: Database): Installation {
  return {
    async migrate() {
      try {
        return await migrate(database.pool);
      } catch (error) {
        throw unavailable(error) ?? error;
      }
    },

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
