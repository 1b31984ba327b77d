import { change, type Mutant } from './mutant.ts';

const ORDER_TERMS = 'db/migrations/031-order-terms.sql';
const CHOICES_BY_ID = 'db/migrations/045-choices-by-id.sql';
const WAITS = 'db/migrations/049-waits-for-the-opening.sql';
const HANDOVER = 'web/order/cart/handover.ts';
const TERMS = 'web/order/cart/terms.ts';
const PAGE_TERMS = 'tests/web/order/terms.test.ts';
const LATER_DAYS = 'web/order/cart/later-days.ts';
const PAGE_DAYS = 'tests/web/order/later-days.test.ts';
const MODEL = 'tests/database/order-model.test.ts';
const RULES = 'tests/database/selling-rules.test.ts';

/** What can be wrong in how a shop sells: fees, minimums, discounts, packaging, times; in SQL and in the customer's page. */
export const sellingMutants: Mutant[] = [
  {
    name: 'a night of an exception into the hours of the next day',
    changes: change('functions/domain/overlap.ts', '+ MINUTES_OF_DAY < end)', '+ MINUTES_OF_DAY < end - 1_440)'),
    suite: 'tests/domain/overlap.test.ts',
    test: 'an exception into',
  },
  {
    name: 'a night of the week into the exception of the next day',
    changes: change(
      'functions/domain/overlap.ts',
      'exceptionOn(hours, day - 1) === undefined',
      'exceptionOn(hours, day - 1) !== undefined',
    ),
    suite: 'tests/domain/overlap.test.ts',
    test: 'a day of the week into an exception',
  },
  {
    name: 'a printed ticket that does not add up',
    changes: change('web/shared/charges.ts', 'cents: 0 - amounts.discountCents', 'cents: 0'),
    suite: 'tests/web/shop/desk.test.ts',
    test: 'what is printed adds up',
  },
  {
    name: 'packaging that the menu leaves out of its sum',
    changes: change(
      'web/order/shops/dish-row.tsx',
      'addDish({ id, name, priceCents, packagingCents })',
      'addDish({ id, name, priceCents })',
    ),
    suite: 'tests/web/order/fulfilment.test.ts',
    test: 'packaging is said at the dish',
  },
  {
    name: 'a dish that is not ordered again for a topping that is sold out',
    changes: change(
      'web/order/cart/cart.ts',
      'if (dish !== undefined && choices !== undefined) {',
      'if (dish !== undefined && choices?.length === (item.choices ?? []).length) {',
    ),
    suite: 'tests/web/order/order-again.test.ts',
    test: 'kept without the choices',
  },
  {
    name: 'a tap on "Now" that is asked about again',
    changes: change(TERMS, 'wish.isForLater ?? isForLater(before)', 'wish.isForLater || isForLater(before)'),
    suite: PAGE_TERMS,
    test: 'after the shop has opened',
  },
  {
    name: 'two times of the night that clocks are set back, named alike',
    changes: change('web/shared/time-in-zone.ts', 'const clockTurns = [30, 60, 120]', 'const clockTurns = [45]'),
    suite: 'tests/web/shared/time-in-zone.test.ts',
    test: 'named alike',
  },
  {
    name: 'an order that came after its shop had changed, with the deadline of before',
    changes: change('web/shop/orders/deadlines.ts', 'Date.parse(placedAt) <= toldAt', 'Date.parse(placedAt) > toldAt'),
    suite: 'tests/web/shop/deadlines.test.ts',
    test: 'follows the opening that the shop has by now',
  },
  {
    name: 'the fee of a delivery, said of areas that ask another one',
    changes: change('web/shared/terms-words.ts', 'new Set(all).size > 1', 'new Set(all).size > 9'),
    suite: 'tests/web/order/fulfilment.test.ts',
    test: 'the list of shops says',
  },
  {
    name: 'a delivery that is always free, and that the form of it takes for one that never is',
    changes: change(
      'web/shop/settings/fulfilment-typed.ts',
      'freeFrom: ownSum(offered?.freeFromCents, digits)',
      'freeFrom: typedMoney(offered?.freeFromCents, digits)',
    ),
    suite: 'tests/web/shop/fulfilment-typed.test.ts',
    test: 'always free',
  },
  {
    name: 'a shop that is told in two events to hand over in no way',
    changes: change(WAITS, 'and s.delivery is null)', 'and s.delivery is null and s.version < 0)'),
    suite: 'tests/database/init-keys.test.ts',
    test: 'in no way',
  },
  {
    name: 'any discount that is reached, and not the best',
    changes: change(ORDER_TERMS, '  select coalesce(max(least(', '  select coalesce(min(least('),
    suite: RULES,
    test: 'discounts that are reached',
  },
  {
    name: 'a discount that is more than the items cost',
    changes: change(ORDER_TERMS, 'least(d."offCents", p_items_cents)', 'd."offCents"'),
    suite: RULES,
    test: 'no more than the items cost',
  },
  {
    name: 'a fee for what is delivered free from its sum on',
    changes: change(
      ORDER_TERMS,
      "case when p_items_cents >= (s.delivery ->> 'freeFromCents')::bigint then 0",
      'case when false then 0',
    ),
    suite: MODEL,
  },
  {
    name: 'the same fee for every area',
    changes: change(
      ORDER_TERMS,
      "(coalesce(v_area -> 'feeCents', s.delivery -> 'feeCents'))::bigint end",
      "(s.delivery -> 'feeCents')::bigint end",
    ),
    suite: RULES,
    test: 'a fee of its own',
  },
  {
    name: 'the same minimum for every area',
    changes: change(
      ORDER_TERMS,
      "(coalesce(v_area -> 'minimumCents', s.delivery -> 'minimumCents'))::bigint then",
      "(s.delivery -> 'minimumCents')::bigint then",
    ),
    suite: RULES,
    test: 'minimum of its own',
  },
  {
    name: 'packaging that is counted once for a line',
    // Of lines with choices and of lines without.
    changes: [
      {
        file: CHOICES_BY_ID,
        from: '* p_quantities[l]), sum(d.packaging_cents::bigint * p_quantities[l])',
        to: '* p_quantities[l]), sum(d.packaging_cents::bigint)',
      },
      {
        file: CHOICES_BY_ID,
        from: '      sum(d.packaging_cents::bigint * p_quantities[l]),\n      bool_and(coalesce(d.available and c.are_right',
        to: '      sum(d.packaging_cents::bigint),\n      bool_and(coalesce(d.available and c.are_right',
      },
    ],
    suite: RULES,
    test: 'for each piece',
  },
  {
    name: 'a choice that is taken more often than it may be',
    changes: change(CHOICES_BY_ID, "coalesce(f.quantity <= (f.found -> 'max')::integer, false)", 'f.found is not null'),
    suite: RULES,
    test: 'no more often',
  },
  {
    name: 'a choice that is sold out, and sold',
    changes: change(CHOICES_BY_ID, "where (c.value -> 'available')::boolean", 'where true'),
    suite: RULES,
    test: 'is not sold',
  },
  {
    name: 'an option of which too little is chosen',
    changes: change(CHOICES_BY_ID, "c.satisfied = (d.choices_index -> '')::integer", 'true'),
    suite: 'tests/database/order-terms.test.ts',
    test: 'missing with one dish',
  },
  {
    name: 'an option of which nothing is chosen in the whole order',
    changes: change(CHOICES_BY_ID, "d.available and d.choices_index -> '' = '0'", 'd.available'),
    suite: 'tests/database/order-terms.test.ts',
    test: 'too few',
  },
  {
    name: 'an option of which too much is chosen',
    changes: change(CHOICES_BY_ID, ' and t.taken <= t.many', ''),
    suite: 'tests/database/order-terms.test.ts',
    test: 'too many',
  },
  {
    name: 'a slot that ends after the hours',
    changes: change(
      ORDER_TERMS,
      'generate_series(p.begins_at, p.ends_at - l.slot, l.slot)',
      'generate_series(p.begins_at, p.ends_at, l.slot)',
    ),
    suite: 'tests/database/order-terms.test.ts',
    test: 'names a slot within',
  },
  {
    name: 'an order for later that expires while its shop is closed',
    changes: change(
      ORDER_TERMS,
      '  return case when v_opening.is_open then p_at else',
      '  return case when true then p_at else',
    ),
    suite: 'tests/database/order-terms.test.ts',
    test: 'waits until that opens',
  },
  {
    name: 'an order for later that waits for the opening as it was when the order was placed',
    changes: change(
      WAITS,
      "  if p_new ?| '{hours,timeZone,open,minutes}' then\n    perform reckon_waits(p_shop);\n  end if;\n",
      '',
    ),
    suite: 'tests/database/waits-for-opening.test.ts',
    test: 'its pause|the hours|the time zone|switches the shop on',
  },
  {
    name: 'an order for later that waits on when its shop has opened by itself',
    changes: change(WAITS, '  end if;\n  perform reckon_waits(p_shop);\n  update menus', '  end if;\n  update menus'),
    suite: 'tests/database/waits-for-opening.test.ts',
    test: 'opens by itself',
  },
  {
    name: 'a closing shop that gives itself more time for what waits already',
    changes: change(WAITS, ' and o.waits_from > v_now\n', '\n'),
    suite: 'tests/database/waits-for-opening.test.ts',
    test: 'has begun to wait',
  },
  {
    name: 'an order that is answered another time to accept it by when it is placed once more',
    changes: change(WAITS, '  o.accept_by := coalesce(o.first_accept_by, o.accept_by);\n', ''),
    suite: 'tests/database/waits-for-opening.test.ts',
    test: 'the first body again',
  },
  {
    name: 'a page that knows one minimum for all areas',
    changes: change(
      'functions/domain/amounts.ts',
      'areaOf(delivery, fulfilment)?.minimumCents ?? delivery',
      'delivery',
    ),
    suite: RULES,
    test: 'minimum of its own',
  },
  {
    name: 'a page that shows the total before the discount',
    changes: change(
      HANDOVER,
      '  return amountsOf(cart.value.lines, shop ?? {}, fulfilment);',
      '  return amountsOf(cart.value.lines, { delivery: shop?.delivery }, fulfilment);',
    ),
    suite: RULES,
    test: 'discounts that are reached',
  },
  {
    name: 'a page whose closed shop takes nothing for later',
    changes: change(HANDOVER, '  return shop.open || Boolean(shop.later);', '  return shop.open;'),
    suite: RULES,
    test: 'a shop that is closed',
  },
  {
    name: 'a page that lets a full time be chosen',
    changes: change('web/order/cart/slots.ts', 'at !== wantedAt || free === 0', 'at !== wantedAt'),
    suite: RULES,
    test: 'a shop that is closed',
  },
  {
    name: 'a page that orders at a fee that nobody has seen',
    changes: change(TERMS, "  compare('delivery', amountsBefore.deliveryCents, amounts.deliveryCents);\n", ''),
    suite: PAGE_TERMS,
    test: 'a fee is asked about',
  },
  {
    name: 'a page that makes a pickup of a delivery without a word',
    changes: change(
      TERMS,
      'if ((wish.type ?? wayBefore.type) !== way.type)',
      "if ((wish.type ?? wayBefore.type) !== way.type && way.type !== 'pickup')",
    ),
    suite: PAGE_TERMS,
    test: 'becomes a pickup',
  },
  {
    name: 'a page that forgets a time when its shop opens',
    changes: change(HANDOVER, 'part.wantedAt === undefined ? {}', 'true ? {}'),
    suite: PAGE_TERMS,
    test: 'while the shop was closed',
  },
  {
    name: 'a checkout that is opened again and has forgotten what changed',
    changes: change(TERMS, '  if (seen.value?.id === shop.id) return;\n', ''),
    suite: PAGE_TERMS,
    test: 'a fee is asked about',
  },
  {
    name: 'a page that takes a day off for one that is open',
    changes: change(LATER_DAYS, 'return !reachesInto && periodsOn(hours, number).length === 0;', 'return false;'),
    suite: PAGE_DAYS,
    test: 'day off',
  },
  {
    name: 'a page that says that one can order for later where no day is in time',
    changes: change(LATER_DAYS, 'now + leadMinutes * 60_000', 'now'),
    suite: PAGE_DAYS,
    test: 'too late',
  },
  {
    name: 'a page that begins with a day before the shop opens',
    changes: change(LATER_DAYS, 'left.find(day => day >= opening) ?? ', ''),
    suite: PAGE_DAYS,
    test: 'on which the shop opens',
  },
  {
    name: 'a page that takes a dish out with a choice that nobody needs',
    changes: change('web/order/cart/fit.ts', 'return kept && renewed(line, dish, kept);', 'return undefined;'),
    suite: 'tests/web/order/fit.test.ts',
    test: 'may be left out',
  },
  {
    name: 'a page that keeps a dish without what is needed with it',
    changes: change('web/order/cart/line.ts', 'return taken >= min && taken <= max;', 'return taken <= max;'),
    suite: 'tests/web/order/fit.test.ts',
    test: 'that is needed',
  },
  {
    name: 'a page that guesses the area that a delivery goes to',
    changes: change(HANDOVER, 'return areas.length === 0 ? [fulfilment]', 'return true ? [fulfilment]'),
    suite: PAGE_TERMS,
    test: 'until an area is chosen',
  },
  {
    name: 'a page that loses what another tab puts into the cart',
    changes: change('web/order/app.tsx', '  useEffect(followOtherTabs, []);\n', ''),
    suite: 'tests/web/order/page.test.ts',
    test: 'what one tab puts',
  },
  {
    name: 'a page that shows days off that are over',
    changes: change(LATER_DAYS, 'date >= today', 'date !== today.slice(1)'),
    suite: PAGE_DAYS,
    test: 'that are over are not shown',
  },
  {
    name: 'a page that keeps a choice that is sold out',
    changes: change('web/order/cart/line.ts', ' || !choice.available ||', ' ||'),
    suite: RULES,
    test: 'is not sold',
  },
  {
    name: 'a display that accepts',
    changes: change('functions/domain/roles.ts', '  accept: staff,', '  accept: everyScreen,'),
    suite: 'tests/domain/roles.test.ts',
  },
];
