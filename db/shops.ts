import type { ShopKey } from '../functions/domain/frames.ts';
import type { Shops, ShopText } from '../functions/domain/ports.ts';
import type { Database } from './database.ts';
import { inShop } from './shop-wall.ts';

/** Shops on PostgreSQL, read. */
export function postgresShops(database: Database): Shops {
  return {
    async list(after) {
      const rows = await database.query<{ id: string; state: string; body: string }>(LIST, [after ?? '']);
      const page = firstPage(rows);
      return {
        shops: page.map(row => row.body),
        next: page.length < rows.length ? page.at(-1)?.id : undefined,
        state: stateOf(rows),
      };
    },

    async byId(id) {
      const [row] = await database.query<{ state: string; body: string }>(BY_ID, [id]);
      return row === undefined ? undefined : { shop: row.body, state: stateOf([row]) };
    },

    async stateOf({ shop, after }) {
      return stateOf(
        shop === undefined
          ? await database.query<{ state: string }>(STATES, [after ?? ''])
          : await database.query<{ state: string }>(STATE, [shop]),
      );
    },

    async lastUpTo(id) {
      const [row] = await database.query<{ id: string }>(LAST_UP_TO, [id]);
      return row?.id;
    },

    async slots(id, day) {
      const [row] = await database.query<{ slots: string }>(SLOTS, [id, day]);
      return row?.slots ?? undefined;
    },

    async forScreens(id) {
      return textOf(await database.query<TextRow>(FOR_SCREENS, [id]));
    },

    async forVisitors(id) {
      return textOf(await database.query<TextRow>(FOR_VISITORS, [id]));
    },

    async exists(id) {
      return (await database.query('select from shops where id = $1', [id])).length > 0;
    },

    async keyOf(id, hash) {
      const [row] = await database.query<ShopKey>(KEY, [id, hash]);
      return row;
    },

    async keys(id) {
      const [row] = await database.query<{ keys: string }>('select keys_json($1)::text as keys', [id]);
      if (row === undefined) throw new Error('keys_json answered no row');
      return row.keys;
    },
  };
}

/** Ids of shops hold no line break. */
function stateOf(rows: { state: string }[]): string {
  return rows.map(({ state }) => state).join('\n');
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

// One statement, so one moment: the state belongs to what is read.
const PAGE = `shops_page($1, ${SHOPS_PER_PAGE}, ${BYTES_PER_PAGE})`;

export const LIST = `
  select s.id, shop_state(s) as state, shop_text(s, true) as body
  from ${PAGE} p join shops s on s.id = p.id order by s.id`;

const STATES = `select shop_state(s) as state from ${PAGE} p join shops s on s.id = p.id order by s.id`;

const LAST_UP_TO = 'select id from shops where id <= $1 order by id desc limit 1';

const BY_ID = 'select shop_state(s) as state, shop_text(s, true) as body from shops s where s.id = $1';

const STATE = 'select shop_state(s) as state from shops s where s.id = $1';

const KEY = 'select k.id as "keyId", k.name, k.role from shop_keys k where k.shop = $1 and k.key_hash = $2';

const SLOTS = `select free_slots($1, ${inShop('$2::date', '$1')}) as slots`;

const FOR_SCREENS = 'select shop_text(s, false) as full, shop_settings(s, false) as small from shops s where s.id = $1';

const FOR_VISITORS = 'select shop_text(s, true) as full, shop_settings(s, true) as small from shops s where s.id = $1';
