import type { Reports } from '../functions/domain/ports.ts';
import type { Database } from './database.ts';
import { inShop } from './shop-wall.ts';

/** What shops ask about their days, on PostgreSQL. */
export function postgresReports(database: Database): Reports {
  return {
    async day(shop, day) {
      const [row] = await database.query<{ report: string }>(REPORT, [shop, day ?? null]);
      if (row === undefined) throw new Error('day_report answered no row');
      return row.report;
    },

    async orders(shop, day, after, limit) {
      // First which day: an order that is placed between two pages may be the first of the next.
      const [row] = await database.query<{ day: string }>(DAY, [shop, day ?? null]);
      if (row === undefined) throw new Error('shop_day answered no row');
      const orders = await database.query<{ number: number; order: string }>(DAY_ORDERS, [shop, row.day, after, limit]);
      return { day: row.day, orders };
    },
  };
}

const DAY = `select shop_day($1, ${inShop('$2::date', '$1')})::text as day`;

/** What it costs depends on the day, not on the years before it. */
const REPORT = `select report::text as report from day_report($1, ${inShop('$2::date', '$1')})`;

/** One range of the key (shop, day, number). */
const DAY_ORDERS = `
  select number, body::text as "order" from day_orders($1, ${inShop('$2::date', '$1')}, $3, $4)`;
