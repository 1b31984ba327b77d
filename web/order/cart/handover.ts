import { computed, signal } from '@preact/signals';
import { amountsOf, minimumCentsOf } from '../../../functions/domain/amounts.ts';
import type { Amounts, Area, Fulfilment, Shop } from '../../../functions/domain/frames.ts';
import { readStored, store } from '../../shared/stored.ts';
import { shops } from '../shops/known-shops.ts';
import { cart } from './cart.ts';

/** How the customer wants an order of a shop, as far as that was chosen. */
export interface Handover {
  type?: Fulfilment['type'];
  area?: string;
  /** Whether it is wanted at a time of its own, of which none may be chosen yet. */
  isForLater?: boolean;
  /** The time of a slot. */
  wantedAt?: string;
}

/** By shop, what was chosen for the order that is being made. */
const chosen = signal<ReadonlyMap<string, Handover>>(new Map());

/** What was chosen at a shop. How and where to is remembered on the device, when is not. */
export function handoverAt(shop: string): Handover {
  return chosen.value.get(shop) ?? readHandover(readStored(`handover.${shop}`));
}

/** Changes how an order of a shop is wanted. */
export function setHandover(shop: string, part: Handover): void {
  // Who has chosen a time wants it, also when the shop opens meanwhile.
  const changed = { ...handoverAt(shop), ...(part.wantedAt === undefined ? {} : { isForLater: true }), ...part };
  chosen.value = new Map(chosen.value).set(shop, changed);
  const { type, area } = changed;
  store(`handover.${shop}`, { type, area });
}

/** Whether a time has to be chosen: the customer wants that, or the shop is closed now. */
export function isForLater(shop: Shop): boolean {
  return Boolean(shop.later) && (!shop.open || handoverAt(shop.id).isForLater === true);
}

/** The time that was chosen; `undefined`: none yet, or as soon as possible. */
export function wantedAtOf(shop: Shop): string | undefined {
  return isForLater(shop) ? handoverAt(shop.id).wantedAt : undefined;
}

/** No time is chosen any more, as when a slot is full. */
export function forgetTime(shop: string): void {
  const { wantedAt: _, ...rest } = handoverAt(shop);
  chosen.value = new Map(chosen.value).set(shop, rest);
}

/** Whether it is wanted now or later counts as not chosen yet, as at the beginning of another order. */
export function forgetWhen(shop: string): void {
  const { isForLater: _, wantedAt: __, ...rest } = handoverAt(shop);
  chosen.value = new Map(chosen.value).set(shop, rest);
}

/** The ways that a shop hands orders over; a server of the version before says nothing, and its shops deliver. */
export function waysOf({ pickup = false, delivery }: Pick<Shop, 'pickup' | 'delivery'>): Fulfilment['type'][] {
  return [...(delivery === null ? [] : (['delivery'] as const)), ...(pickup ? (['pickup'] as const) : [])];
}

/** The way that was chosen, or else the first that the shop has. */
export function wayOf(shop: Shop): Fulfilment['type'] {
  const ways = waysOf(shop);
  const { type } = handoverAt(shop.id);
  return ways.find(way => way === type) ?? ways[0] ?? 'delivery';
}

/** The areas that have to be chosen from; none for pickup, and where the shop delivers everywhere. */
export function areasOf(shop: Shop): readonly Area[] {
  return wayOf(shop) === 'delivery' ? (shop.delivery?.areas ?? []) : [];
}

/** How the order will be handed over; an area that is still to be chosen is not in it. */
export function fulfilmentOf(shop: Shop): Fulfilment {
  if (wayOf(shop) === 'pickup') return { type: 'pickup' };
  const area = areasOf(shop).find(({ id }) => id === handoverAt(shop.id).area);
  return area === undefined ? { type: 'delivery' } : { type: 'delivery', area: area.id };
}

/** The ways in which the order may be handed over: one, or one to each area as long as none is chosen. */
function fulfilmentsOf(shop: Shop): Fulfilment[] {
  const fulfilment = fulfilmentOf(shop);
  const areas = fulfilment.type === 'delivery' && fulfilment.area === undefined ? areasOf(shop) : [];
  return areas.length === 0 ? [fulfilment] : areas.map(({ id }) => ({ type: 'delivery', area: id }));
}

/** What the cart costs in each of these ways, the cheapest first. */
const possible = computed((): Amounts[] => {
  const shop = shops.value.get(cart.value.shop);
  const priced = (fulfilment: Fulfilment) => {
    return amountsOf(cart.value.lines, shop ?? {}, fulfilment);
  };
  const all = shop === undefined ? [] : fulfilmentsOf(shop).map(priced);
  return all.sort((a, b) => a.totalCents - b.totalCents);
});

/** What the cart costs, as the server will count it; at the least, as long as an area is to be chosen. */
export const amounts = computed(() => possible.value[0] ?? amountsOf(cart.value.lines, {}, { type: 'delivery' }));

/** Whether it may cost more than `amounts`, by the area that is still to be chosen. */
export const isFromOnly = computed(() => possible.value.at(-1)?.totalCents !== possible.value[0]?.totalCents);

/** What the dishes of the cart lack to be handed over as chosen, or to the area that asks least; 0 when nothing. */
export function missingCents(shop: Shop): number {
  const minimum = Math.min(...fulfilmentsOf(shop).map(way => minimumCentsOf(shop, way)));
  return Math.max(0, minimum - amounts.value.itemsCents);
}

/** Whether the shop takes an order: now, or for a later time, which one that is closed does too. */
export function takesOrders(shop: Shop): boolean {
  return shop.open || Boolean(shop.later);
}

function readHandover(stored: unknown): Handover {
  const { type, area } = (typeof stored === 'object' && stored !== null ? stored : {}) as Handover;
  return {
    ...(type === 'pickup' || type === 'delivery' ? { type } : {}),
    ...(typeof area === 'string' ? { area } : {}),
  };
}
