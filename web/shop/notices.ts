import { signal } from '@preact/signals';
import type { OrderEvent } from '../../functions/domain/frames.ts';

/** Something that the people in the shop must not miss; stays until one of them has seen it. */
export interface Notice {
  id: string;
  kind: 'cancelled' | 'reminded' | 'expired';
  order: OrderEvent['order'];
  at: string;
}

/** What nobody has confirmed yet, the newest last. */
export const notices = signal<readonly Notice[]>([]);

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
  const kind = kinds[type];
  const others = notices.value.filter(notice => notice.order.id !== order.id);
  // Whatever was done about a reminder, it is answered.
  if (kind === undefined || (kind === 'cancelled' && cancelledHere.has(order.id))) {
    if (others.length !== notices.value.length) notices.value = others;
    return;
  }
  notices.value = [...others, { id, kind, order, at }];
}

/** Somebody has seen it. */
export function dismissNotice(id: string): void {
  notices.value = notices.value.filter(notice => notice.id !== id);
}
