import type { Shop } from '../../../functions/domain/frames.ts';
import { cart, reconcile } from '../../../web/order/cart/cart.ts';
import {
  amounts,
  forgetWhen,
  isForLater,
  isFromOnly,
  missingCents,
  setHandover,
} from '../../../web/order/cart/handover.ts';
import { agreeToChanges, allChanges, beginLooking, endLooking } from '../../../web/order/cart/terms.ts';
import { shops } from '../../../web/order/shops/known-shops.ts';

// What a shop changes in how it sells while a checkout is open: all of it is asked about, and nothing else.

const delivery = { minimumCents: 0, feeCents: 300, freeFromCents: null, areas: [] };
const later = { leadMinutes: 30, daysAhead: 2, slotMinutes: 30, perSlot: 2 };
const dish = { id: 'rice', name: 'Rice', category: '', priceCents: 500, available: true, packagingCents: 100 };
const shop: Shop = {
  id: 's',
  name: 'Shop',
  currency: 'CNY',
  timeZone: 'Asia/Shanghai',
  open: true,
  pausedUntil: null,
  online: true,
  prepMinutes: 15,
  busyMinutes: 0,
  version: 1,
  dishes: [dish],
  pickup: true,
  delivery,
  discounts: [{ fromCents: 1000, offCents: 200 }],
  later,
};

/** The customer is at the checkout, with two of the dish. */
beforeEach(() => {
  endLooking();
  setHandover('s', { type: 'delivery', area: '' });
  forgetWhen('s');
  const line = { key: 1, dish: 'rice', name: 'Rice', priceCents: 500, packagingCents: 100, quantity: 2, note: '' };
  cart.value = { shop: 's', lines: [{ ...line, choices: [] }], note: '' };
  show({});
});

function show(part: Partial<Shop>): void {
  const changed = { ...shop, ...part };
  shops.value = new Map([['s', changed]]);
  reconcile(changed.dishes);
}

const look = (part: Partial<Shop> = {}) => {
  show(part);
  beginLooking({ ...shop, ...part });
};
const chooseTime = () => setHandover('s', { wantedAt: '2026-12-25T03:30:00.000Z' });

test.each<[string, Partial<Shop>, object]>([
  ['a delivery that becomes a pickup', { delivery: null }, { type: 'way', way: 'pickup' }],
  ['a fee', { delivery: { ...delivery, feeCents: 5000 } }, { type: 'delivery', before: 300, after: 5000 }],
  ['a delivery that is free no more', { delivery: { ...delivery, areas: [] } }, { before: 0, after: 300 }],
  ['a discount', { discounts: [] }, { type: 'discount', before: -200, after: 0 }],
  ['packaging', { dishes: [{ ...dish, packagingCents: 150 }] }, { type: 'packaging', before: 200, after: 300 }],
  ['a minimum', { delivery: { ...delivery, minimumCents: 2000 } }, { type: 'minimum', before: 0, after: 2000 }],
])('%s is asked about, until the customer agrees', (name, part, change) => {
  look(name.includes('free') ? { delivery: { ...delivery, freeFromCents: 500 } } : {});
  expect(allChanges.value).toEqual([]);
  show(part);
  expect(allChanges.value).toMatchObject([change]);
  beginLooking({ ...shop, ...part }); // who looks at the menu and comes back has agreed to nothing
  expect(allChanges.value).toHaveLength(1);
  agreeToChanges();
  expect(allChanges.value).toEqual([]);
});

test('a pickup that becomes a delivery is asked about with its fee', () => {
  setHandover('s', { type: 'pickup' });
  look();
  show({ pickup: false });
  expect(allChanges.value).toMatchObject([
    { type: 'way', way: 'delivery' },
    { type: 'delivery', before: 0, after: 300 },
  ]);
});

test('an order for later is not placed for now unasked, and stays for now once that was agreed to', () => {
  look();
  chooseTime();
  show({ later: null });
  expect(allChanges.value).toMatchObject([{ type: 'now', hasOpened: false }]);
  agreeToChanges();
  show({});
  expect([allChanges.value, isForLater(shop)]).toEqual([[], false]);
});

test('a time that was chosen while the shop was closed is kept when it opens; none is asked about', () => {
  look({ open: false });
  show({});
  expect(allChanges.value).toMatchObject([{ type: 'now', hasOpened: true }]);
  show({ open: false });
  chooseTime();
  show({});
  expect([allChanges.value, isForLater(shop)]).toEqual([[], true]);
});

test('who taps "Now" after the shop has opened is not asked again; who said so before it closed is', () => {
  look({ open: false });
  show({});
  setHandover('s', { isForLater: false });
  expect([allChanges.value, isForLater(shop)]).toEqual([[], false]);
  endLooking();
  look({ open: false });
  show({});
  expect(allChanges.value).toMatchObject([{ type: 'now', hasOpened: true }]);
});

test('what changes nothing of the order is not asked about', () => {
  look();
  show({
    delivery: { ...delivery, minimumCents: 900 },
    discounts: [...(shop.discounts ?? []), { fromCents: 9000, offCents: 1 }],
  });
  expect(allChanges.value).toEqual([]);
  show({ delivery: { ...delivery, feeCents: 900 } });
  setHandover('s', { type: 'pickup' });
  expect(allChanges.value).toEqual([]);
});

test('the price of an area that was not there stands where it is chosen, and is not asked about', () => {
  const areas = [
    { id: 'east', name: 'East', feeCents: 200 },
    { id: 'west', name: 'West', feeCents: 800 },
  ];
  look({ delivery: { ...delivery, areas } });
  show({ delivery: { ...delivery, feeCents: 999, areas } });
  expect(allChanges.value).toEqual([]);
  setHandover('s', { area: 'north' });
  show({ delivery: { ...delivery, areas: [...areas, { id: 'north', name: 'North', feeCents: 700 }] } });
  expect(allChanges.value).toEqual([]);
  setHandover('s', { area: 'east' });
  show({ delivery: { ...delivery, areas: [{ id: 'east', name: 'East', feeCents: 250 }] } });
  expect(allChanges.value).toMatchObject([{ type: 'delivery', before: 200, after: 250 }]);
});

test('until an area is chosen the total is that of the cheapest, and is said to be from there on', () => {
  const areas = [
    { id: 'east', name: 'East', feeCents: 800, minimumCents: 2000 },
    { id: 'west', name: 'West', feeCents: 200, minimumCents: 1500 },
  ];
  const part = { delivery: { ...delivery, feeCents: 500, areas } };
  show(part);
  expect([amounts.value.deliveryCents, isFromOnly.value, missingCents({ ...shop, ...part })]).toEqual([200, true, 500]);
  setHandover('s', { area: 'east' });
  expect([amounts.value.deliveryCents, isFromOnly.value, missingCents({ ...shop, ...part })]).toEqual([
    800,
    false,
    1000,
  ]);
  setHandover('s', { area: '' });
  show({ delivery: { ...part.delivery, freeFromCents: 1000 } });
  expect([amounts.value.deliveryCents, isFromOnly.value]).toEqual([0, false]);
});

test('what was chosen while the shop offered it is asked about when it is gone, and so is the way of last time', () => {
  look({ later: null, pickup: false });
  show({});
  setHandover('s', { type: 'pickup' });
  chooseTime();
  show({ later: null, pickup: false });
  expect(allChanges.value.map(change => 'type' in change && change.type)).toEqual(['way', 'now']);
  agreeToChanges();
  endLooking();
  setHandover('s', { type: 'pickup' });
  look({ pickup: false });
  expect(allChanges.value).toMatchObject([{ type: 'way', way: 'delivery' }]);
});

test('a fee is no news as long as the area that it is for is to be chosen', () => {
  look({ delivery: { ...delivery, feeCents: 0 } });
  show({ delivery: { ...delivery, feeCents: 500, areas: [{ id: 'east', name: 'East' }] } });
  expect(allChanges.value).toEqual([]);
  setHandover('s', { area: 'east' });
  expect(allChanges.value).toMatchObject([{ type: 'delivery', before: 0, after: 500 }]);
});
