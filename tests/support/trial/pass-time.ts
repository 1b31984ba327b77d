import type { Pool } from 'pg';

/**
 * Lets time pass for some shops: every moment that the database keeps of them is so many seconds further back. All
 * leases, patience and expiry run by its clock, so for them it is as if a test had waited.
 */
export async function passTime(pool: Pool, shops: string[], seconds: number): Promise<void> {
  const values = [shops, `${seconds} seconds`];
  for (const statement of STATEMENTS) await pool.query(statement, values);
}

const STATEMENTS = [
  `update connections set opened_at = opened_at - $2::interval, bound_at = bound_at - $2::interval,
    expires_at = expires_at - $2::interval, push_after = push_after - $2::interval where shop = any($1)`,
  'update events set at = at - $2::interval where shop = any($1)',
  `update orders set placed_at = placed_at - $2::interval, waits_from = waits_from - $2::interval,
    accept_by = accept_by - $2::interval where shop = any($1)`,
  'update escalations set next_at = next_at - $2::interval where shop = any($1)',
];
