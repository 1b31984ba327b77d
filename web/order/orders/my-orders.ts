import { signal } from '@preact/signals';
import type { Order } from '../../../functions/domain/frames.ts';
import { isTerminal } from '../../connection/order-book.ts';
import { readStored, store } from '../../shared/stored.ts';
import { shops } from '../shops/known-shops.ts';

/** An order that was placed on this device, in its last known state. */
export interface MyOrder {
  token: string;
  order: Order;
  shopName: string | undefined;
  /** The shop's; `undefined` in what an earlier version of this page kept. */
  timeZone?: string | undefined;
}

const MOST = 30;

/** This device's orders, the newest first. */
export const myOrders = signal<readonly MyOrder[]>(readMyOrders());

/** Stores an order that was placed on this device. */
export function keepOrder(mine: MyOrder): void {
  myOrders.value = [mine, ...readMyOrders().filter(one => one.order.id !== mine.order.id)].slice(0, MOST);
  store('orders', myOrders.value);
}

/** Updates a stored order; an order that was placed on another device is not stored. */
export function updateOrder(order: Order): void {
  const stored = readMyOrders();
  const known = stored.find(one => one.order.id === order.id);
  if (known === undefined || known.order.version >= order.version) return;
  myOrders.value = stored.map(one => (one === known ? { ...one, order } : one));
  store('orders', myOrders.value);
}

/** Returns the orders whose status is not final, the newest first. */
export function openOrders(): readonly MyOrder[] {
  return myOrders.value.filter(({ order }) => !isTerminal(order));
}

/** What an order's shop is called, and where its clocks are: as last read, else as kept with the order. */
export function shopOf({ shop }: Order, kept: MyOrder | undefined): { name?: string; timeZone?: string } {
  const { name = kept?.shopName, timeZone = kept?.timeZone } = shops.value.get(shop) ?? {};
  return { ...(name === undefined ? {} : { name }), ...(timeZone === undefined ? {} : { timeZone }) };
}

/** Read anew each time: another tab may have added one. */
function readMyOrders(): MyOrder[] {
  const stored = readStored('orders');
  if (!Array.isArray(stored)) return [];
  return stored.filter(one => typeof one?.token === 'string' && typeof one?.order?.id === 'string');
}
