import type { Pool } from 'pg';

/** Fills `connections`: half customers that follow an order, a quarter screens of other shops, a quarter closed. */
export async function growConnections(pool: Pool, count: number): Promise<void> {
  await pool.query('set statement_timeout = 0');
  await pool.query(
    `insert into connections (id, state, role, shop, device, key_version, address, expires_at, closed_at)
     select 'grown' || n,
       case when n % 4 = 3 then 'closed' else 'bound' end,
       case when n % 4 = 2 then 'shop' else 'customer' end,
       case when n % 4 = 2 then 'shop' || n % 5000 end,
       case when n % 4 = 2 then gen_random_uuid() end,
       case when n % 4 = 2 then 1 end,
       'address' || n % 50000,
       now() + interval '1 hour',
       case when n % 4 = 3 then now() end
     from generate_series(1, $1::integer) n`,
    [count],
  );
  await pool.query(
    `insert into followers (connection, shop, order_id)
     select id, 'shop' || length(id), gen_random_uuid() from connections where role = 'customer'`,
  );
}

/** Gives a shop a log of narrow events, as if it had been there for long. */
export async function growLog(pool: Pool, shop: string, count: number): Promise<void> {
  await pool.query(
    `insert into events (shop, seq, type, at, order_id, body)
     select $1, n, 'order.completed', now(), gen_random_uuid(), '{"note":null}' from generate_series(1, $2::integer) n`,
    [shop, count],
  );
  await pool.query('update streams set head = $2 where shop = $1', [shop, count]);
}
