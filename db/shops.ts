import type { Shops } from '../functions/domain/ports.ts';
import type { Database } from './database.ts';

/** Shops on PostgreSQL, read. */
export function postgresShops(database: Database): Shops {
  return {
    async list(after) {
      const rows = await database.query<{ id: string; body: string }>(LIST, [after ?? '', SHOPS_PER_PAGE + 1]);
      const page = rows.slice(0, SHOPS_PER_PAGE);
      return {
        shops: page.map(row => row.body),
        next: rows.length > SHOPS_PER_PAGE ? page.at(-1)?.id : undefined,
      };
    },

    async byId(id) {
      const [row] = await database.query<{ body: string }>(BY_ID, [id]);
      return row?.body;
    },

    async forScreens(id) {
      const [row] = await database.query<{ full: string; small: string }>(FOR_SCREENS, [id]);
      return row === undefined ? undefined : { full: row.full, withoutDishes: row.small };
    },

    async keyOf(id) {
      const [row] = await database.query<{ key_hash: Buffer; key_version: number }>(
        'select key_hash, key_version from shops where id = $1',
        [id],
      );
      return row === undefined ? undefined : { hash: row.key_hash, version: row.key_version };
    },
  };
}

const SHOPS_PER_PAGE = 100;

// What customers see is what screens see, less what is the shop's own business.
const PUBLIC = "(shop_json(s)::jsonb - 'version' - 'autoAccept' - 'acceptMinutes')::text";

const LIST = `select s.id, ${PUBLIC} as body from shops s where s.id > $1 order by s.id limit $2`;

const BY_ID = `select ${PUBLIC} as body from shops s where s.id = $1`;

const FOR_SCREENS = `
  select body::text as full, (body::jsonb - 'dishes')::text as small
  from (select shop_json(s) as body from shops s where s.id = $1) s`;
