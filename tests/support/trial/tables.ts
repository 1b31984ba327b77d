import type { Pool } from 'pg';
import type { Order } from '../../../functions/domain/frames.ts';

/** An order as it is stored, and the key of the customer who asked for it. */
export interface StoredOrder {
  id: string;
  shop: string;
  key: string;
  total: number;
  /** `price` is that of a piece, with what was chosen. */
  lines: { dish: string; price: number; quantity: number }[];
  /** What is paid beside the lines: packaging and delivery, less the discount. */
  beside: number;
  isOpen: boolean;
}

/** What is stored of some shops. Numbers of sequence are numbers: no test makes 2^53 events. */
export interface Tables {
  orders: StoredOrder[];
  /** Idempotency keys that made an order, and which. */
  keys: Map<string, string>;
  events: { shop: string; seq: number; id: string; order: string; type: string; at: number }[];
  /** ORDER as each was placed, by id. */
  placed: Map<string, Order>;
  streams: { shop: string; epoch: string; head: number; lowest: number }[];
  /** Rows of screens whose lease is not over. */
  connections: { shop: string; acked: number | null }[];
  /** Sessions of functions that wait in a transaction, or for a lock, for more than a second. */
  stuckSessions: number;
}

/** Reads what is stored of the shops, in one snapshot. */
export async function readTables(pool: Pool, shops: string[]): Promise<Tables> {
  const client = await pool.connect();
  const rows = async <Row>(text: string, values: unknown[] = [shops]): Promise<Row[]> =>
    (await client.query(text, values)).rows as Row[];
  try {
    await client.query('begin isolation level repeatable read read only');
    const orders = await rows<StoredOrder>(ORDERS);
    const keys = await rows<{ key: string; order: string }>(KEYS);
    const events = await rows<Tables['events'][number]>(EVENTS);
    const placed = await rows<{ body: Order }>(PLACED);
    const streams = await rows<Tables['streams'][number]>(STREAMS);
    const connections = await rows<Tables['connections'][number]>(CONNECTIONS);
    const [stuck] = await rows<{ count: number }>(STUCK, []);
    await client.query('commit');
    return {
      orders,
      keys: new Map(keys.map(({ key, order }) => [key, order])),
      events,
      placed: new Map(placed.map(({ body }) => [body.id, body])),
      streams,
      connections,
      stuckSessions: stuck?.count ?? 0,
    };
  } finally {
    client.release();
  }
}

/** What has come to the logs of the shops since the tables were read. */
export async function readLater(pool: Pool, { streams }: Tables): Promise<Tables['events']> {
  const heads = [streams.map(({ shop }) => shop), streams.map(({ head }) => head)];
  return (await pool.query<Tables['events'][number]>(LATER, heads)).rows;
}

const ORDERS = `
  select o.id, o.shop, o.note as key, o.total_cents::float8 as total,
    (o.packaging_cents + o.delivery_cents - o.discount_cents)::float8 as beside,
    o.status in ('placed', 'accepted', 'ready') as "isOpen",
    (select coalesce(json_agg(json_build_object('dish', i.dish, 'price', i.price_cents + i.choices_cents, 'quantity', i.quantity)), '[]')
      from order_items i where i.order_id = o.id) as lines
  from orders o where o.shop = any($1)`;

// A key knows its order only: one whose order is missing belongs to no shop, so all such are read.
const KEYS = `
  select k.key, k.order_id as order from order_keys k left join orders o on o.id = k.order_id
  where o.id is null or o.shop = any($1)`;

const EVENT =
  'e.shop, e.seq::float8 as seq, e.id, e.order_id as order, e.type, extract(epoch from e.at)::float8 * 1000 as at';

const EVENTS = `select ${EVENT} from events e where e.shop = any($1) order by e.shop, e.seq`;

const LATER = `
  select ${EVENT}
  from unnest($1::text[], $2::float8[]) as h (shop, head) join events e on e.shop = h.shop and e.seq > h.head`;

const PLACED = "select body from events where shop = any($1) and type = 'order.placed'";

const STREAMS = `
  select shop, epoch, head::float8 as head, min_seq::float8 as lowest from streams where shop = any($1)`;

const CONNECTIONS = `
  select shop, acked_seq::float8 as acked from connections
  where shop = any($1) and state = 'bound' and role = 'shop' and expires_at > now()`;

const STUCK = `
  select count(*)::int as count from pg_stat_activity
  where datname = current_database() and application_name = 'websocket-order' and now() - state_change > interval '1 second'
    and (state like 'idle in transaction%' or (state = 'active' and wait_event_type = 'Lock'))`;
