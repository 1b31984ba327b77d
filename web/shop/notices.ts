import { signal } from '@preact/signals';
import type { OrderEvent } from '../../functions/domain/frames.ts';
import { readStored, store } from '../shared/stored.ts';

/** Something that the people in the shop must not miss; stays until one of them has seen it. */
export interface Notice {
  id: string;
  kind: 'cancelled' | 'reminded' | 'expired';
  order: OrderEvent['order'];
  at: string;
}

const kept = readKept();

/** What nobody has confirmed yet, the newest last. */
export const notices = signal<readonly Notice[]>(kept.notices);

/** Orders whose customers have asked for them, until they are ready or come to an end. */
export const remindedOrders = signal<ReadonlySet<string>>(new Set(kept.reminded));

const kinds: Readonly<Partial<Record<OrderEvent['type'], Notice['kind']>>> = {
  'order.cancelled': 'cancelled',
  'order.reminded': 'reminded',
  'order.expired': 'expired',
};

const cancelledHere = new Set<string>();

/** An order that is being cancelled on this very screen needs no notice here. */
export function noticeOwn(order: string): void {
  cancelledHere.add(order);
}

/** Takes in what happened. A later word about an order replaces the one before. */
export function noticeEvent({ id, type, order, at }: OrderEvent): void {
  noteReminded(type, order.id);
  const kind = kinds[type];
  const others = notices.value.filter(notice => notice.order.id !== order.id);
  // Whatever was done about a reminder, it is answered.
  if (kind === undefined || (kind === 'cancelled' && cancelledHere.has(order.id))) {
    if (others.length !== notices.value.length) notices.value = others;
    return;
  }
  notices.value = [...others, { id, kind, order, at }];
}

/** What this tab kept of another shop has no business here. */
export function keepNoticesOf(shop: string): void {
  notices.value = notices.value.filter(({ order }) => order.shop === shop);
}

/** Somebody has seen it. */
export function dismissNotice(id: string): void {
  notices.value = notices.value.filter(notice => notice.id !== id);
  keepNotices();
}

/** Keeps everything for a reload of this tab. Called whenever the place in the log is kept: the two belong together. */
export function keepNotices(): void {
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
