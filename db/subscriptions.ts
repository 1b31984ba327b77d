import { type KeyRole, MAX_ORDERS_PER_CONNECTION } from '../functions/domain/frames.ts';
import type { Bound, Subscriptions, Touched } from '../functions/domain/ports.ts';
import { LEASE_SECONDS, TOLD_AGAIN_SECONDS } from '../functions/domain/server-frame.ts';
import type { Database } from './database.ts';
import { WITHOUT_DISK } from './durable.ts';
import { inShop } from './shop-wall.ts';

/** How many connections a shop, and an order, may have: beyond it the oldest has to go. And how many a shop's menu. */
export interface ConnectionCaps {
  perShop: number;
  perOrder: number;
  visitorsPerShop: number;
}

/** Who stands for whom, on PostgreSQL. All leases run by the database's clock. */
export function postgresSubscriptions(database: Database, caps: ConnectionCaps): Subscriptions {
  return {
    async bindScreen({ id, shop, device, keyId }) {
      const values = [id, shop, keyId, device, LEASE, caps.perShop];
      return boundOf(await database.query<BoundRow>(BIND_SCREEN, values));
    },

    async revokedScreens(shop) {
      const screens = await database.query<{ id: string }>(REVOKED_SCREENS, [shop]);
      return screens.map(row => row.id);
    },

    async visitShop({ id, shop }) {
      const values = [id, shop, LEASE, caps.visitorsPerShop];
      return boundOf(await database.query<BoundRow>(VISIT, values));
    },

    async visitorsOf(shop) {
      const rows = await database.query<{ id: string }>('select id from live_visitors($1)', [shop]);
      return rows.map(row => row.id);
    },

    async visitedVersion(id) {
      const [row] = await database.query<{ version: string }>(VISITED_VERSION, [id]);
      return row === undefined ? undefined : Number(row.version);
    },

    async followOrder({ id, shop, order, isReadOnly }) {
      const values = [id, shop, order, isReadOnly, LEASE, MAX_ORDERS_PER_CONNECTION, caps.perOrder];
      return boundOf(await database.query<BoundRow>(FOLLOW, values));
    },

    async touch(id, cursor) {
      const values = [id, LEASE, cursor?.epoch ?? null, cursor?.after ?? null, cursor?.lastId ?? null];
      const [row] = await database.query<TouchedRow>(TOUCH, values);
      if (row === undefined) throw new Error('touch_connection answered no row');
      return touchedOf(row);
    },

    async startSnapshot(id, epoch) {
      await database.query('update connections set epoch = $2, acked_seq = null, page_seq = null where id = $1', [
        id,
        epoch,
      ]);
    },

    async setPage(id, pageSeq) {
      await database.query('update connections set page_seq = $2 where id = $1', [id, pageSeq ?? null]);
    },

    async turnPage(id, from, to) {
      const turned = await database.query(
        'update connections set page_seq = $3 where id = $1 and page_seq = $2 returning id',
        [id, from, to ?? null],
      );
      return turned.length > 0;
    },

    async screensOf(shop) {
      const rows = await database.query<{ id: string }>(SCREENS, [shop]);
      return rows.map(row => row.id);
    },

    followersOf(shop, order) {
      return database.query(FOLLOWERS, [shop, order]);
    },

    ordersToTell(id) {
      return database.query(TO_TELL, [id, `${TOLD_AGAIN_SECONDS} seconds`]);
    },

    followedBy(id) {
      return database.query(FOLLOWED, [id]);
    },

    async followsAny(id) {
      return (await database.query(FOLLOWS_ANY, [id])).length > 0;
    },
  };
}

type BoundRow = { outcome: Bound['outcome']; replaced?: string[] | null };

interface TouchedRow {
  state: 'unknown' | 'revoked' | 'customer' | 'shop';
  shop: string;
  key_role: KeyRole;
  epoch: string;
  head: string;
  shop_version: string;
  auto_accept: boolean;
  cursor: 'none' | 'kept' | 'beyond' | 'lost';
  page_seq: string | null;
  acked_from: string | null;
}

const LEASE = `${LEASE_SECONDS} seconds`;

const BIND_SCREEN = `select * from bind_screen_of_key(${inShop('$1::text', '$2')}, $2, $3, $4, $5, $6)`;

// What a crash forgets of these, the next frame finds out: the client is told to say hello. Of an ack the event comes again.
const TOUCH = `select t.* from touch_connection($1, $2, $3, $4, $5) as t, ${WITHOUT_DISK}`;
const VISIT = `select v.outcome from visit_shop($1, $2, $3, $4) as v (outcome), ${WITHOUT_DISK}`;
const FOLLOW = `select f.* from follow_order(${inShop('$1::text', '$2')}, $2, $3, $4, $5, $6, $7) as f, ${WITHOUT_DISK}`;

/**
 * The screens of a shop whose key is no longer one of its keys. They get nothing more, but their rows stay bound until the
 * gateway says that they are closed: those that whoever revoked the key did not come to tell, or cannot reach, the timer
 * closes.
 */
export const REVOKED_SCREENS = `
  select c.id from connections c join shops s on s.id = c.shop
  where s.id = $1 and c.role = 'shop' and c.state = 'bound' and c.key_version < s.key_version`;

/** Read after every event: what it costs does not depend on how many connections there are. */
export const SCREENS = 'select id from live_screens($1)';

/** Read after every change of an order: what it costs does not depend on how many connections there are. */
export const FOLLOWERS = `
  select c.id, f.read_only as "isReadOnly" from followers f join connections c on c.id = f.connection
  where f.shop = $1 and f.order_id = $2 and c.state = 'bound' and c.expires_at > now()`;

const VISITED_VERSION = 'select version from visited_version($1) as v (version) where version is not null';

const TO_TELL = `
  select order_json(o)::text as "order", f.read_only as "isReadOnly"
  from orders_to_tell($1, $2) o join followers f on f.connection = $1 and f.order_id = o.id, ${WITHOUT_DISK}
  order by f.since`;

const FOLLOWS_ANY = 'select from followers where connection = $1 limit 1';

const FOLLOWED = 'select id, shop, body as "order", read_only as "isReadOnly" from followed_by($1)';

function boundOf([row]: BoundRow[]): Bound {
  if (row === undefined) throw new Error('binding answered no row');
  return { outcome: row.outcome, replaced: row.replaced ?? [] };
}

function touchedOf(row: TouchedRow): Touched {
  if (row.state !== 'shop') return { state: row.state };
  return {
    state: 'shop',
    shop: row.shop,
    role: row.key_role,
    epoch: row.epoch,
    head: Number(row.head),
    shopVersion: Number(row.shop_version),
    autoAccept: row.auto_accept,
    cursor: row.cursor,
    pageSeq: numberOrNothing(row.page_seq),
    ackedFrom: numberOrNothing(row.acked_from),
  };
}

function numberOrNothing(value: string | null): number | undefined {
  return value === null ? undefined : Number(value);
}
