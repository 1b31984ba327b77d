import type { Pool } from 'pg';
import { earlier } from '../postgres/earlier.ts';

/**
 * Lets time pass for some shops: every moment that the database keeps of them is so many seconds further back. All
 * leases, patience and expiry run by its clock, so for them it is as if a test had waited.
 */
export async function passTime(pool: Pool, shops: string[], seconds: number): Promise<void> {
  const values = [shops, `${seconds} seconds`];
  for (const statement of STATEMENTS) await pool.query(statement, values);
}

const back = (...columns: string[]) => columns.map(each => earlier(each, '$2::interval')).join(', ');

const STATEMENTS = [
  `update connections set ${back('opened_at', 'bound_at', 'expires_at', 'push_after')} where shop = any($1)`,
  `update events set ${back('at')} where shop = any($1)`,
  `update orders set ${back('placed_at', 'waits_from', 'accept_by')} where shop = any($1)`,
  `update escalations set ${back('next_at')} where shop = any($1)`,
];
