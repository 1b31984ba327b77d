import type { Shops, ShopText } from '../functions/domain/ports.ts';
import type { Database } from './database.ts';

/** Shops on PostgreSQL, read. */
export function postgresShops(database: Database): Shops {
  return {
    async list(after) {
      const rows = await database.query<{ id: string; body: string }>(LIST, [after ?? '', SHOPS_PER_PAGE + 1]);
      const page = firstPage(rows);
      return {
        shops: page.map(row => row.body),
        next: page.length < rows.length ? page.at(-1)?.id : undefined,
      };
    },

    async byId(id) {
      const [row] = await database.query<{ body: string }>(BY_ID, [id]);
      return row?.body;
    },

    async forScreens(id) {
      return textOf(await database.query<TextRow>(FOR_SCREENS, [id]));
    },

    async forVisitors(id) {
      return textOf(await database.query<TextRow>(FOR_VISITORS, [id]));
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

interface TextRow {
  full: string;
  small: string;
}

function textOf([row]: TextRow[]): ShopText | undefined {
  return row === undefined ? undefined : { full: row.full, withoutDishes: row.small };
}

const SHOPS_PER_PAGE = 100;
/** Platforms cut answers of more than 6 MB; long before that a page is too long for a phone. */
const BYTES_PER_PAGE = 1024 * 1024;

/** As many shops as fit, but one at least. */
function firstPage<Row extends { body: string }>(rows: Row[]): Row[] {
  let bytes = 0;
  const end = rows.findIndex((row, index) => {
    bytes += Buffer.byteLength(row.body);
    return index === SHOPS_PER_PAGE || (index > 0 && bytes > BYTES_PER_PAGE);
  });
  return end === -1 ? rows : rows.slice(0, end);
}

// What customers see is what screens see, less what is the shop's own business.
const PUBLIC = "(shop_json(s)::jsonb - 'autoAccept' - 'acceptMinutes')";

const LIST = `select s.id, ${PUBLIC}::text as body from shops s where s.id > $1 order by s.id limit $2`;

const BY_ID = `select ${PUBLIC}::text as body from shops s where s.id = $1`;

const FOR_SCREENS = `
  select body::text as full, (body::jsonb - 'dishes')::text as small
  from (select shop_json(s) as body from shops s where s.id = $1) s`;

const FOR_VISITORS = `
  select body::text as full, (body - 'dishes')::text as small
  from (select ${PUBLIC} as body from shops s where s.id = $1) s`;
