import type { OrderRequest } from '../../functions/domain/place-order.ts';
import { Refusal } from '../../functions/domain/refusal.ts';
import { type ExpectedOrder, expectedOrder } from '../support/model-order.ts';
import { openingOf } from './model-opening.ts';
import { type ModelDatabase, type OrderRow, rowOf, type ShopRow, shopJson } from './tables.ts';

/** Of these an order no longer holds a place of its slot. */
const FREE = ['rejected', 'cancelled', 'expired'];

/** The shop's part of an order, as the model of tests/support has it, or its refusal. */
export function soldBy(database: ModelDatabase, row: ShopRow, request: OrderRequest): ExpectedOrder {
  const takenAt = (slot: number) =>
    [...database.tables.orders.values()].filter(
      ({ order }) => order.shop === row.id && isAt(order.wantedAt, slot) && !FREE.includes(order.status),
    ).length;
  const sold = expectedOrder({ ...shopJson(database, row), dishes: [...row.dishes] }, request, {
    now: database.now(),
    takenAt,
  });
  if (!('code' in sold)) return sold;
  const fields = sold.paths?.map(path => ({ path, message: 'cannot be had so' }));
  throw new Refusal(sold.code as Refusal['code'], 'refused', fields && { fields });
}

function isAt(wantedAt: string | null | undefined, slot: number): boolean {
  return wantedAt !== null && wantedAt !== undefined && Date.parse(wantedAt) === slot;
}

/** `waits_from`: from when on an order that is placed now has to be accepted. */
export function waitsFrom(shop: ShopRow, at: number, wantedAt: string | null): number {
  if (wantedAt === null) return at;
  const { isOpen, opensAt } = openingOf(shop, at);
  return isOpen ? at : Math.min(opensAt ?? Number.POSITIVE_INFINITY, Date.parse(wantedAt));
}

/** `reckon_waits`: an order that waits for the opening waits for it as it is now. */
export function reckonWaits({ tables, now }: ModelDatabase, id: string): void {
  const shop = rowOf(tables.shops, id);
  for (const row of tables.orders.values()) {
    const { order, acceptBy, waitsFrom: before } = row;
    if (order.shop !== id || order.status !== 'placed' || before === undefined || before <= now()) continue;
    const from = waitsFrom(shop, now(), order.wantedAt ?? null);
    if (from !== before) tables.orders.set(order.id, movedWait(row, from, acceptBy + from - before));
  }
}

function movedWait(row: OrderRow, from: number, acceptBy: number): OrderRow {
  const { firstAcceptBy = row.acceptBy, order } = row;
  const told = { ...order, acceptBy: new Date(acceptBy).toISOString() };
  return { ...row, order: told, waitsFrom: from, acceptBy, firstAcceptBy };
}
