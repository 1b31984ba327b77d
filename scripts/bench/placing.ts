import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { type Database, openDatabase } from '../../db/database.ts';
import { postgresOrders } from '../../db/orders.ts';
import { canonicalOrder, type OrderRequest } from '../../functions/domain/place-order.ts';
import type { Orders } from '../../functions/domain/ports.ts';
import { hashOf } from '../../functions/domain/secret.ts';
import { orderOf } from './order.ts';

/** Clients of `pg` that call `place_order` and do nothing else: the floor of every way to place an order. */
export interface Placing {
  /** Places an order with one of the clients, three dishes unless given; each takes one at a time. */
  place(client: number, shop: string, order?: OrderRequest): Promise<void>;
  close(): Promise<void>;
}

/** Places orders as `bill` does: through the port, with its pool, prepared statements and second tries. */
export function openPort(url: string, poolSize: number): Placing {
  const database = openDatabase({ url, poolSize });
  const orders = postgresOrders(database, undefined);
  return { place: (_, shop, order) => placeIn(orders, shop, order), close: () => database.end() };
}

/** Connects so many clients. */
export async function openPlacing(databaseUrl: string, clients: number): Promise<Placing> {
  const connected = await Promise.all(Array.from({ length: clients }, () => connect(databaseUrl)));
  return {
    async place(client, shop, order) {
      const orders = connected[client]?.orders;
      if (orders !== undefined) await placeIn(orders, shop, order);
    },
    async close() {
      await Promise.all(connected.map(({ client }) => client.end()));
    },
  };
}

async function placeIn(orders: Orders, shop: string, request = orderOf(shop, 'n0')): Promise<void> {
  const bodyHash = hashOf(canonicalOrder(request));
  await orders.place({ request, key: randomUUID(), bodyHash, address: undefined });
}

/** The statement is the product's own, prepared once. The pool and the second try are not what is measured. */
async function connect(connectionString: string): Promise<{ client: pg.Client; orders: Orders }> {
  const client = new pg.Client({ connectionString });
  client.on('error', () => {});
  await client.connect();
  const query = async (text: string, values: unknown[] = []) =>
    (await client.query({ name: 'place', text, values })).rows;
  const database: Database = {
    query,
    queryWithNext: async ({ text, values }) => ({ rows: await query(text, values), next: [] }),
    pool: new pg.Pool({ connectionString, max: 1 }),
    end: () => client.end(),
  };
  return { client, orders: postgresOrders(database, undefined) };
}
