import { signal } from '@preact/signals';
import type { Order } from '../../functions/domain/frames.ts';
import { isTerminal } from '../connection/order-book.ts';
import { readStored, store } from '../shared/stored.ts';

/** An order that was placed on this device, as it was when last heard of. */
export interface MyOrder {
  token: string;
  order: Order;
  shopName: string | undefined;
}

const MOST = 30;

/** This device's orders, the newest first. */
export const myOrders = signal<readonly MyOrder[]>(readMyOrders());

/** Keeps an order that was placed here. */
export function keepOrder(mine: MyOrder): void {
  myOrders.value = [mine, ...readMyOrders().filter(one => one.order.id !== mine.order.id)].slice(0, MOST);
  store('orders', myOrders.value);
}

/** Brings a kept order up to date; one that is not kept here (a link from elsewhere) stays unkept. */
export function updateOrder(order: Order): void {
  const stored = readMyOrders();
  const known = stored.find(one => one.order.id === order.id);
  if (known === undefined || known.order.version >= order.version) return;
  myOrders.value = stored.map(one => (one === known ? { ...one, order } : one));
  store('orders', myOrders.value);
}

/** Those that may still change, the newest first. */
export function openOrders(): readonly MyOrder[] {
  return myOrders.value.filter(({ order }) => !isTerminal(order));
}

/** Read anew each time: another tab may have added one. */
function readMyOrders(): MyOrder[] {
  const stored = readStored('orders');
  if (!Array.isArray(stored)) return [];
  return stored.filter(one => typeof one?.token === 'string' && typeof one?.order?.id === 'string');
}
