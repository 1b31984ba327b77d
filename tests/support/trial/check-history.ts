import { checkOrders } from './check-orders.ts';
import { checkRoles } from './check-roles.ts';
import { checkScreens } from './check-screens.ts';
import { checkSelling } from './check-selling.ts';
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
  for (const check of [checkOrders, checkTables, checkScreens, checkSelling, checkRoles]) check(history, report);
  return report;
}
