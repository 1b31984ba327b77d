import { signal } from '@preact/signals';
import type { OrderEvent } from '../../../functions/domain/frames.ts';
import { readStored, store } from '../../shared/stored.ts';

/** An event that the shop must not miss; shown until somebody confirms it. */
export interface Notice {
  id: string;
  kind: 'cancelled' | 'reminded' | 'expired';
  order: OrderEvent['order'];
  at: string;
}

const kept = readKept();

/** The notices that nobody has confirmed yet, the newest last. */
export const notices = signal<readonly Notice[]>(kept.notices);

/** Orders whose customers have sent a reminder, until the order is ready or has ended. */
export const remindedOrders = signal<ReadonlySet<string>>(new Set(kept.reminded));

const kinds: Readonly<Partial<Record<OrderEvent['type'], Notice['kind']>>> = {
  'order.cancelled': 'cancelled',
  'order.reminded': 'reminded',
  'order.expired': 'expired',
};

const cancelledHere = new Set<string>();

/** Records that this screen cancels the order: it then shows no notice of that. */
export function expectOwnCancellation(order: string): void {
  cancelledHere.add(order);
}

/** Updates the notices after an event. A newer notice about an order replaces the older one. */
export function updateNotices({ id, type, order, at }: OrderEvent): void {
  noteReminded(type, order.id);
  const kind = kinds[type];
  const others = notices.value.filter(notice => notice.order.id !== order.id);
  // Any other event answers a reminder.
  if (kind === undefined || (kind === 'cancelled' && cancelledHere.has(order.id))) {
    if (others.length !== notices.value.length) notices.value = others;
    return;
  }
  notices.value = [...others, { id, kind, order, at }];
}

/** Removes notices of other shops, which this tab may have stored earlier. */
export function dropForeignNotices(shop: string): void {
  notices.value = notices.value.filter(({ order }) => order.shop === shop);
}

/** Removes notices that somebody has seen. */
export function dismissNotices(ids: readonly string[]): void {
  notices.value = notices.value.filter(({ id }) => !ids.includes(id));
  saveNotices();
}

/** Stores notices and reminders for a reload of this tab. Call it whenever the position in the log is stored. */
export function saveNotices(): void {
  store('notices', { notices: notices.value, reminded: [...remindedOrders.value] }, 'session');
}

function noteReminded(type: OrderEvent['type'], order: string): void {
  const reminded = new Set(remindedOrders.value);
  if (type === 'order.reminded') reminded.add(order);
  else if (type !== 'order.accepted') reminded.delete(order);
  if (reminded.size !== remindedOrders.value.size) remindedOrders.value = reminded;
}

function readKept(): { notices: Notice[]; reminded: string[] } {
  const stored = readStored('notices', 'session') as { notices?: Notice[]; reminded?: string[] } | undefined;
  return { notices: stored?.notices ?? [], reminded: stored?.reminded ?? [] };
}
