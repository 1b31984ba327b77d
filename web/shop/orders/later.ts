import { computed } from '@preact/signals';
import type { Order } from '../../../functions/domain/frames.ts';
import { serverNow } from '../../shared/time.ts';
import { stream } from '../screen.ts';

/** How long the kitchen takes at present, in minutes: the usual time, and what a busy shop adds. */
export const usualMinutes = computed(() => {
  const { prepMinutes = 15, busyMinutes = 0 } = stream.value?.shop ?? {};
  return prepMinutes + busyMinutes;
});

/** When the kitchen has to begin an order for later: in milliseconds of the server's clock. */
function beginsAt(wantedAt: string): number {
  return Date.parse(wantedAt) - usualMinutes.value * 60_000;
}

/** Whether nobody has to begin the order yet. Follows the clock, and looks at it only for orders that have a time. */
function isEarly({ id, status, wantedAt }: Order): boolean {
  if (!isOpen(status) || typeof wantedAt !== 'string' || serverNow.value >= beginsAt(wantedAt)) return false;
  if (status === 'accepted') wereEarly.add(id);
  return true;
}

/** Whether it is time to begin an order that was accepted before. */
function isDue({ id, status, wantedAt, updatedAt }: Order): boolean {
  if (status !== 'accepted' || typeof wantedAt !== 'string') return false;
  const at = beginsAt(wantedAt);
  return (Date.parse(updatedAt) < at || wereEarly.has(id)) && serverNow.value >= at;
}

/** Accepted orders that were not to be begun yet, as far as this page has seen: a shop that gets busy begins earlier. */
const wereEarly = new Set<string>();

function isOpen(status: Order['status']): boolean {
  return status === 'placed' || status === 'accepted';
}

// Texts, so that the clock's next second changes nothing where no order's time has come.
const earlyIds = computed(() => idsOf(isEarly));
const dueIds = computed(() => idsOf(isDue));

function idsOf(matches: (order: Order) => boolean): string {
  return [...(stream.value?.orders.values() ?? [])]
    .filter(matches)
    .map(({ id }) => id)
    .join(' ');
}

const earlySet = computed(() => new Set(earlyIds.value.split(' ')));

/** Whether the order is for later, and not to be begun yet. */
export function isForLater(order: Order): boolean {
  return typeof order.wantedAt === 'string' && isOpen(order.status) && earlySet.value.has(order.id);
}

/** The orders for later that are not to be begun yet, by their time. */
export const laterOrders = computed(() =>
  [...(stream.value?.orders.values() ?? [])]
    .filter(isForLater)
    .sort((a, b) => Date.parse(a.wantedAt ?? '') - Date.parse(b.wantedAt ?? '') || a.number - b.number),
);

/** The ids of the orders that were accepted for later, and whose time to begin has come. */
export const dueOrders = computed(() => (dueIds.value === '' ? [] : dueIds.value.split(' ')));

/** Whole minutes until an order for later is to be begun. Follows the clock. */
export function minutesToBegin(wantedAt: string): number {
  return Math.max(1, Math.ceil((beginsAt(wantedAt) - serverNow.value) / 60_000));
}
