import { grouped } from './grouped.ts';
import type { Check } from './history.ts';

/** I7, I8, I9: what is stored against itself and against who is connected. */
export const checkTables: Check = ({ tables, screens }, report) => {
  const events = grouped(tables.events, event => event.shop);
  for (const { shop, head, lowest } of tables.streams) {
    const log = events.get(shop) ?? [];
    log.forEach((event, index) => {
      if (event.seq !== lowest + index) report.violations.push(`I9: the log of ${shop} has a gap before ${event.seq}`);
    });
    const last = log.at(-1)?.seq ?? lowest - 1;
    if (last !== head) report.violations.push(`I9: the head of ${shop} is ${head}, its log ends at ${last}`);
    checkConnections(shop, head);
  }
  const placed = grouped(
    tables.events.filter(event => event.type === 'order.placed'),
    event => event.order,
  );
  for (const { id } of tables.orders) {
    const count = placed.get(id)?.length ?? 0;
    if (count !== 1) report.violations.push(`I9: order ${id} has ${count} order.placed`);
  }
  const known = new Set(tables.orders.map(order => order.id));
  for (const { order, shop, seq } of tables.events) {
    if (!known.has(order)) report.violations.push(`I9: event ${seq} of ${shop} has no order`);
  }
  if (tables.stuckSessions > 0)
    report.violations.push(`I8: ${tables.stuckSessions} sessions hang in a transaction or lock`);

  /** Every screen that is there is known, and is known to have everything. */
  function checkConnections(shop: string, head: number): void {
    const live = screens.filter(screen => screen.shop === shop && screen.isLive).length;
    const upToDate = tables.connections.filter(row => row.shop === shop && row.acked === head).length;
    if (upToDate < live)
      report.violations.push(`I7: ${shop} has ${live} screens, ${upToDate} are known to have come to ${head}`);
  }
};
