import { checkOrders } from './check-orders.ts';
import { checkScreens } from './check-screens.ts';
import { checkTables } from './check-tables.ts';
import type { History, Report } from './history.ts';

/** Compares what customers were told, what screens showed and what is stored. */
export function checkHistory(history: History): Report {
  const report: Report = {
    orders: 0,
    lost: 0,
    duplicated: 0,
    unexpected: 0,
    recovered: 0,
    stalestMs: 0,
    catchUpMs: 0,
    violations: [],
  };
  for (const check of [checkOrders, checkTables, checkScreens]) check(history, report);
  return report;
}
