import { signal } from '@preact/signals';
import type { OrderEvent } from '../../../functions/domain/frames.ts';
import { readStored, store } from '../../shared/stored.ts';

/** An event that the shop must not miss; shown until somebody confirms it. */
export interface Notice {
  id: string;
  kind: 'cancelled' | 'reminded' | 'expired' | 'begin';
  order: OrderEvent['order'];
  /** When it happened; of `begin` the time that the order is for. */
  at: string;
}

const kept = readKept();

/** The notices that nobody has confirmed yet, the newest last. */
export const notices = signal<readonly Notice[]>(kept.notices);

/** Orders whose customers have sent a reminder, until the order is ready or has ended. */
export const remindedOrders = signal<ReadonlySet<string>>(new Set(kept.reminded));

/** Orders for later whose time to begin was told here: it is told once. */
const begun = new Set<string>(kept.begun);

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

/** Tells that it is time to begin an order for later, once. */
export function noticeBegin(order: OrderEvent['order']): void {
  if (begun.has(order.id)) return;
  begun.add(order.id);
  notices.value = [
    ...notices.value.filter(notice => notice.order.id !== order.id),
    { id: `begin ${order.id}`, kind: 'begin', order, at: order.wantedAt ?? order.updatedAt },
  ];
  saveNotices();
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

/** Orders that are remembered as begun. */
const KEPT = 500;

/** Stores notices and reminders for a reload of this tab. Call it whenever the position in the log is stored. */
export function saveNotices(): void {
  const told = { reminded: [...remindedOrders.value], begun: [...begun].slice(-KEPT) };
  store('notices', { notices: notices.value, ...told }, 'session');
}

function noteReminded(type: OrderEvent['type'], order: string): void {
  const reminded = new Set(remindedOrders.value);
  if (type === 'order.reminded') reminded.add(order);
  else if (type !== 'order.accepted') reminded.delete(order);
  if (reminded.size !== remindedOrders.value.size) remindedOrders.value = reminded;
}

interface Kept {
  notices: Notice[];
  reminded: string[];
  begun: string[];
}

function readKept(): Kept {
  const stored = readStored('notices', 'session') as Partial<Kept> | undefined;
  return { notices: [], reminded: [], begun: [], ...stored };
}
