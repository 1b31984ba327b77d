import { amountsOf } from '../../functions/domain/amounts.ts';
import type { Amounts, ChosenItem, Dish, Fulfilment, Shop } from '../../functions/domain/frames.ts';
import type { OrderLine, OrderRequest } from '../../functions/domain/place-order.ts';
import { dayOf, isWithinHours, slotTimes } from './model-hours.ts';

/** What placing an order is to give, by the rules of the wire alone. */
export type Expected = { code: string; paths?: string[] } | ExpectedOrder;

/** As much of an ORDER as does not depend on chance and on the orders of others. */
export interface ExpectedOrder {
  amounts: Amounts;
  fulfilment: Fulfilment;
  items: object[];
  wantedAt: string | null;
}

/** When an order is placed: milliseconds since 1970, and how many orders hold a place of a slot. */
export interface Moment {
  now: number;
  takenAt(slot: number): number;
}

/** Reckons an order as the protocol says, from the menu and the terms of a SHOP. */
export function expectedOrder(shop: Shop, request: OrderRequest, moment: Moment): Expected {
  const isOpen = shop.isSwitchedOn === true && isWithinHours(shop, moment.now);
  if (request.wantedAt === undefined && !isOpen) return { code: 'shop_closed' };
  const expected = pricedOrder(shop, request);
  return 'code' in expected ? expected : (slotRefusal(shop, request, moment) ?? expected);
}

/** The same of an order for which the time does not matter. */
export function pricedOrder(shop: Shop, request: OrderRequest): Expected {
  const lines = request.items.map((line, index) => ({ line, index, dish: dishOf(shop, line) }));
  const missing = lines.flatMap(({ line, index, dish }) =>
    missingOf(line, dish).map(path => `items[${index}].${path}`),
  );
  if (missing.length > 0) return { code: 'dish_unavailable', paths: missing };
  const wrong = lines.flatMap(({ line, index, dish }) => wrongOf(line, dish).map(path => `items[${index}].${path}`));
  if (wrong.length > 0) return { code: 'invalid_request', paths: wrong };
  const asked: Fulfilment = (request.fulfilment as Fulfilment | undefined) ?? { type: 'delivery' };
  const priced = lines.map(({ line, dish }) => ({
    priceCents: dish?.priceCents ?? 0,
    packagingCents: dish?.packagingCents,
    quantity: line.quantity,
    choices: chosenOf(line, dish),
  }));
  const amounts = amountsOf(priced, shop, asked);
  const refusal = refusalOf(shop, asked, amounts);
  if (refusal !== undefined) return { code: refusal };
  if (request.expectedTotalCents !== undefined && request.expectedTotalCents !== amounts.totalCents) {
    return { code: 'price_changed' };
  }
  const items = lines.map(({ line, dish }, index) => ({
    dish: line.dish,
    name: dish?.name,
    priceCents: dish?.priceCents,
    quantity: line.quantity,
    note: line.note ?? null,
    choices: priced[index]?.choices,
  }));
  return { amounts, fulfilment: keptAs(shop, asked), items, wantedAt: request.wantedAt ?? null };
}

function slotRefusal(shop: Shop, { wantedAt }: OrderRequest, { now, takenAt }: Moment): Expected | undefined {
  if (wantedAt === undefined) return undefined;
  const at = Date.parse(wantedAt);
  if (!slotTimes(shop, dayOf(at, shop.timeZone), now).includes(at))
    return { code: 'invalid_request', paths: ['wantedAt'] };
  return takenAt(at) >= (shop.later?.perSlot ?? 0) ? { code: 'slot_full' } : undefined;
}

function refusalOf(shop: Shop, asked: Fulfilment, { itemsCents }: Amounts): string | undefined {
  if (asked.type === 'pickup') return shop.pickup === true ? undefined : 'fulfilment_unavailable';
  if (shop.delivery === null || shop.delivery === undefined) return 'fulfilment_unavailable';
  const { areas } = shop.delivery;
  const isServed = asked.area === undefined ? areas.length === 0 : areas.some(({ id }) => id === asked.area);
  if (!isServed) return 'area_not_served';
  const minimumCents = areas.find(({ id }) => id === asked.area)?.minimumCents ?? shop.delivery.minimumCents;
  return itemsCents < minimumCents ? 'below_minimum' : undefined;
}

function keptAs({ delivery }: Shop, asked: Fulfilment): Fulfilment {
  if (asked.type === 'pickup' || asked.area === undefined) return asked;
  return { ...asked, areaName: delivery?.areas.find(({ id }) => id === asked.area)?.name ?? '' };
}

function dishOf({ dishes }: Shop, { dish: id }: OrderLine): Dish | undefined {
  return dishes.find(dish => dish.id === id && dish.available);
}

/** In the order of their names, as the database says them. */
function missingOf({ choices = [] }: OrderLine, dish: Dish | undefined): string[] {
  if (dish === undefined) return ['dish'];
  const cannotBeHad = choices.filter(({ option, choice }) => {
    const offered = dish.options?.find(({ id }) => id === option)?.choices.find(({ id }) => id === choice);
    return offered?.available !== true;
  });
  return cannotBeHad.map(({ option, choice }) => `choices.${option}.${choice}`).sort();
}

function wrongOf({ choices = [] }: OrderLine, dish: Dish | undefined): string[] {
  const wrong = (dish?.options ?? []).filter(({ id, min, max, choices: offered }) => {
    const taken = choices.filter(({ option }) => option === id);
    const count = taken.reduce((sum, { quantity }) => sum + quantity, 0);
    const hasTooMany = taken.some(
      ({ choice, quantity }) => quantity > (offered.find(one => one.id === choice)?.max ?? 0),
    );
    return count < min || count > max || hasTooMany;
  });
  return wrong.map(({ id }) => `choices.${id}`);
}

/** In the order of the menu. */
function chosenOf({ choices = [] }: OrderLine, dish: Dish | undefined): ChosenItem[] {
  return (dish?.options ?? []).flatMap(({ id: option, choices: offered }) =>
    offered.flatMap(({ id: choice, name, priceCents }) => {
      const taken = choices.find(one => one.option === option && one.choice === choice);
      return taken === undefined ? [] : [{ option, choice, name, priceCents, quantity: taken.quantity }];
    }),
  );
}
