import type { Pool } from 'pg';

/**
 * Sets the clock of the database by `step` ("2 days", "-3 hours"), as far as the database can tell: every moment that it
 * has stored lies that much the other way from now on. `lasting` is the time that really passes meanwhile.
 */
export async function setClock(pool: Pool, step: string, lasting = '0'): Promise<void> {
  const { rows } = await pool.query<{ statement: string }>(MOMENTS, [`(interval '${step}' + interval '${lasting}')`]);
  for (const { statement } of rows) await pool.query(statement);
  // Days of the calendar as the clock before would have written them.
  await pool.query(`
    update streams st set order_day = (st.last_at at time zone s.time_zone)::date
    from shops s where s.id = st.shop and isfinite(st.last_at)`);
  await pool.query(
    'update orders o set day = (o.placed_at at time zone s.time_zone)::date from shops s where s.id = o.shop',
  );
}

/** Lets time pass, for everything that is stored. */
export function letTimePass(pool: Pool, time: string): Promise<void> {
  return setClock(pool, '0', time);
}

// In UTC, where a day is a day: an update on Citus takes nothing that depends on the session's time zone.
const MOMENTS = `
  select format('update %I set %s', c.relname, string_agg(
    format('%1$I = (%1$I at time zone ''UTC'' - %2$s) at time zone ''UTC''', a.attname, $1::text), ', ')) as statement
  from pg_class c join pg_attribute a on a.attrelid = c.oid
  where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace and a.attnum > 0 and not a.attisdropped
    and a.atttypid = 'timestamptz'::regtype
  group by c.relname`;

/** Ends a shop's day, as far as the numbers of its orders can tell. */
export async function beginNextDay(pool: Pool, shop: string): Promise<void> {
  await pool.query('update streams set order_day = order_day - 1 where shop = $1', [shop]);
  // By way of days that no order has: a number is taken once a day, and an update looks at each row.
  await pool.query('update orders set day = day - 1000 where shop = $1', [shop]);
  await pool.query('update orders set day = day + 999 where shop = $1', [shop]);
}
