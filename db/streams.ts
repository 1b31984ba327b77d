import type { Streams } from '../functions/domain/ports.ts';
import type { Database } from './database.ts';
import { type EventRow, eventOf } from './event-row.ts';

/** Shops' logs on PostgreSQL. */
export function postgresStreams(database: Database): Streams {
  return {
    async page(shop, after, limit) {
      const rows = await database.query<EventRow>(PAGE, [shop, after, limit]);
      return rows.map(row => eventOf(shop, row));
    },

    async openOrders(shop) {
      const [row] = await database.query<OpenOrdersRow>(OPEN_ORDERS, [shop]);
      if (row === undefined) throw new Error(`shop ${shop} has no stream`);
      return { epoch: row.epoch, head: Number(row.head), lastId: row.last_id ?? undefined, orders: row.orders };
    },

    async order(id, shop) {
      const [row] = await (shop === undefined
        ? database.query<OrderRow>(`${ORDER} and o.id = $1`, [id])
        : database.query<OrderRow>(`${ORDER} and o.shop = $1 and o.id = $2`, [shop, id]));
      return row === undefined ? undefined : { shop: row.shop, order: row.body };
    },
  };
}

interface OrderRow {
  shop: string;
  body: string;
}

const ORDER = 'select o.shop, order_json(o)::text as body from orders o where is_link_open(o)';

interface OpenOrdersRow {
  epoch: string;
  head: string;
  last_id: string | null;
  orders: string[];
}

/** One range of the primary key: what a resume costs does not depend on how long the log is. */
export const PAGE = `
  select s.epoch, e.seq, e.id as event_id, e.order_id, e.type, wire_time(e.at) as at, e.body::text as body
  from events e cross join (select epoch from streams where shop = $1) s
  where e.shop = $1 and e.seq > $2
  order by e.seq
  limit $3`;

/** One statement, so one moment: the orders are exactly those that the log up to head leaves open. */
export const OPEN_ORDERS = `
  select s.epoch, s.head, e.id as last_id, array(
    select order_json(o)::text from orders o
    where o.shop = $1 and o.status in ('placed', 'accepted', 'ready')
    order by o.placed_seq
  ) as orders
  from streams s left join events e on e.shop = $1 and e.seq = s.head
  where s.shop = $1`;
