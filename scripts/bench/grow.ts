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

/**
 * Makes as many shops of one with an order, each with something due: a screen that missed that order (`missed`), or an
 * order that nobody accepted in time (`late`). What was made before goes.
 */
export async function growDue(pool: Pool, shop: string, count: number, due: 'missed' | 'late'): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query('set statement_timeout = 0');
    for (const table of ['connections', 'events', 'order_items', 'orders', 'streams', 'shop_acks', 'shops']) {
      await client.query(`delete from ${table} where ${table === 'shops' ? 'id' : 'shop'} <> $1`, [shop]);
    }
    const copies = { shop: "jsonb_build_object('shop', 'copy' || n)", id: "jsonb_build_object('id', 'copy' || n)" };
    for (const table of ['shops', 'streams', 'shop_acks', 'orders', 'order_items', 'events']) {
      await client.query(
        `insert into ${table} select (jsonb_populate_record(t, ${table === 'shops' ? copies.id : copies.shop})).*
         from ${table} t cross join generate_series(1, $2::integer) n where ${table === 'shops' ? 'id' : 'shop'} = $1`,
        [shop, count],
      );
    }
    await client.query("update events set at = now() - interval '10 seconds' where shop <> $1", [shop]);
    if (due === 'late')
      await client.query("update orders set accept_by = now() - interval '1 second' where shop <> $1", [shop]);
    else
      await client.query(
        `insert into connections (id, state, role, shop, device, key_version, expires_at, bound_at, epoch, acked_seq)
         select 'screen of ' || s.shop, 'bound', 'shop', s.shop, gen_random_uuid(), h.key_version, now() + interval '1 hour',
           now(), s.epoch, 0
         from streams s join shops h on h.id = s.shop where s.shop <> $1`,
        [shop],
      );
    await client.query('vacuum analyze');
  } finally {
    client.release(true);
  }
}
