import { isDeepStrictEqual } from 'node:util';
import type { Order, Shop } from '../../../functions/domain/frames.ts';
import { isWithinHours } from '../model-hours.ts';
import { type Expected, pricedOrder } from '../model-order.ts';
import { grouped } from './grouped.ts';
import {
  type Check,
  type Deed,
  type History,
  hoursGiven,
  type OrderRecord,
  type Report,
  type Selling,
} from './history.ts';

/**
 * An order may have been found open this long before its time of placing, while the machine stood still in between; and
 * a second device's clock is not ours.
 */
const EDGE_MS = 6_000;
const FOR_NOW = new Set(['shop_closed', 'dish_unavailable', 'slot_full']);

/** What orders cost, by the model; places of slots; hours. */
export const checkSelling: Check = (history, report) => {
  if (history.selling === undefined) return;
  checkTotals(history, history.selling, report);
  checkSlots(history, history.selling, report);
  checkHours(history, history.selling, report);
};

/** I6: what was asked for has become the ORDER of the model, or the refusal. */
function checkTotals({ records, tables }: History, { shops }: Selling, report: Report): void {
  const orders = new Map([...tables.placed.values()].map(order => [order.note ?? '', order]));
  for (const [key, own] of grouped(records, record => record.key)) {
    const invoke = own.find(record => record.type === 'invoke');
    const shop = shops.get(invoke?.shop ?? '');
    if (invoke?.request === undefined || shop === undefined) continue;
    const expected = pricedOrder(withAllThere(shop), invoke.request);
    const order = orders.get(key);
    if (order !== undefined && !isOrder(order, expected))
      report.violations.push(`I6: order ${order.id} is not that of the model: ${JSON.stringify(expected)}`);
    const refusal = own.find(record => record.type === 'fail');
    if (refusal !== undefined && !isRefusal(refusal.code, expected))
      report.violations.push(`I6: ${key} was refused with ${refusal.code}: ${JSON.stringify(expected)}`);
  }
}

/** Whether an ORDER is the one that was expected. */
export function isOrder({ amounts, fulfilment, items, wantedAt, totalCents }: Order, expected: Expected): boolean {
  if ('code' in expected) return false;
  const same = isDeepStrictEqual({ amounts, fulfilment, items, wantedAt }, expected);
  return same && totalCents === expected.amounts.totalCents;
}

/** What is sold out, closed or full for now may refuse any order; before what else is wrong with it, or after. */
function isRefusal(code: string, expected: Expected): boolean {
  return FOR_NOW.has(code) || ('code' in expected && expected.code === code);
}

/** The menu with everything to be had: prices and limits stay while dishes and choices come and go. */
export function withAllThere(shop: Shop): Shop {
  const dishes = shop.dishes.map(dish => ({
    ...dish,
    available: true,
    ...(dish.options && {
      options: dish.options.map(option => ({
        ...option,
        choices: option.choices.map(choice => ({ ...choice, available: true })),
      })),
    }),
  }));
  return { ...shop, dishes };
}

const freeing = new Set(['order.rejected', 'order.cancelled', 'order.expired']);

/** At no place of the log do more orders hold a place of a slot than it has. */
function checkSlots({ tables }: History, { shops }: Selling, report: Report): void {
  const holding = new Map<string, number>();
  for (const { shop, order, type, seq } of tables.events) {
    const wantedAt = tables.placed.get(order)?.wantedAt ?? null;
    if (wantedAt === null || (type !== 'order.placed' && !freeing.has(type))) continue;
    const slot = `${shop} ${wantedAt}`;
    const held = (holding.get(slot) ?? 0) + (type === 'order.placed' ? 1 : -1);
    holding.set(slot, held);
    const { perSlot = 0 } = shops.get(shop)?.later ?? {};
    if (held > perSlot) report.violations.push(`slots: with event ${seq} ${slot} has ${held} orders, of ${perSlot}`);
  }
}

/** While it is certain which hours a shop has, orders for now are placed within them, and not refused within them. */
function checkHours({ tables, records }: History, { shops, deeds }: Selling, report: Report): void {
  const placed = grouped([...tables.placed.values()], order => order.shop);
  const refused = refusedAsClosed(records);
  for (const [id, given] of grouped(deeds.filter(isAboutHours), deed => deed.shop)) {
    const shop = shops.get(id);
    if (shop === undefined) continue;
    given.forEach((deed, index) => {
      const hours = hoursGiven(deed);
      if (hours === undefined) return;
      const from = deed.answeredAt + EDGE_MS;
      const to = given[index + 1]?.sentAt ?? Number.POSITIVE_INFINITY;
      const isOpen = (at: number) => isWithinHours({ hours, timeZone: shop.timeZone }, at);
      for (const order of placed.get(id) ?? []) {
        const at = Date.parse(order.placedAt);
        if (order.wantedAt !== null || at < from || at >= to) continue;
        if (![at - EDGE_MS, at].some(isOpen))
          report.violations.push(`hours: order ${order.id} was placed out of hours`);
      }
      for (const { key, asked, answered } of refused.get(id) ?? []) {
        if (asked < from || answered >= to - EDGE_MS) continue;
        const steps = Math.ceil((answered - asked) / EDGE_MS) + 1;
        const whole = Array.from({ length: steps }, (_, step) => Math.min(asked + step * EDGE_MS, answered));
        if (whole.every(isOpen)) report.violations.push(`hours: ${key} was refused as closed within the hours`);
      }
    });
  }
}

function isAboutHours({ operation }: Deed): boolean {
  return operation.op === 'set_hours';
}

function refusedAsClosed(
  records: readonly OrderRecord[],
): Map<string, { key: string; asked: number; answered: number }[]> {
  const invokes = new Map(records.flatMap(record => (record.type === 'invoke' ? [[record.key, record] as const] : [])));
  const refused = records.flatMap(record => {
    const invoke = invokes.get(record.key);
    if (record.type !== 'fail' || record.code !== 'shop_closed' || invoke === undefined) return [];
    return [{ shop: invoke.shop, key: record.key, asked: invoke.at, answered: record.at }];
  });
  return grouped(refused, ({ shop }) => shop);
}
