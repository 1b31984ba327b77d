import type { Shop } from '../../functions/domain/frames.ts';
import type { ShopDefinition } from '../../functions/domain/init-event.ts';
import type { OrderLine, OrderRequest } from '../../functions/domain/place-order.ts';
import { pick } from '../../tests/support/random.ts';
import type { Wish } from '../../tests/support/trial/customer.ts';

const DAY_MS = 24 * 60 * 60_000;
const SLOT_MINUTES = 120;

const noodles: NonNullable<ShopDefinition['dishes']>[number] = {
  id: 'noodles',
  name: '牛肉面 Beef noodles',
  priceCents: 2_000,
  packagingCents: 100,
  options: [
    {
      id: 'size',
      name: '份量 Size',
      min: 1,
      max: 1,
      choices: [
        { id: 'small', name: '小 Small', priceCents: 0, max: 1 },
        { id: 'large', name: '大 Large', priceCents: 400, max: 1 },
      ],
    },
    {
      id: 'topping',
      name: '加料 Toppings',
      min: 0,
      max: 3,
      choices: [
        { id: 'egg', name: '蛋 Egg', priceCents: 200, max: 2 },
        { id: 'greens', name: '青菜 Greens', priceCents: 150, max: 1 },
      ],
    },
  ],
};
const dishes: NonNullable<ShopDefinition['dishes']> = [
  { id: 'rice', name: '米饭 Rice', priceCents: 200 },
  { id: 'egg', name: '煎蛋 Fried egg', priceCents: 300, packagingCents: 50 },
  noodles,
];

/** What a shop has besides: one sells as at first, the others by all rules. Times are those of UTC. */
const kinds: Partial<ShopDefinition>[] = [
  {},
  {
    discounts: [
      { fromCents: 1_000, offCents: 100 },
      { fromCents: 4_000, offCents: 700 },
    ],
  },
  {
    pickup: true,
    delivery: {
      minimumCents: 1_500,
      feeCents: 300,
      freeFromCents: 5_000,
      areas: [
        { id: 'north', name: '北区 North' },
        { id: 'south', name: '南区 South', feeCents: 600, minimumCents: 4_000 },
      ],
    },
  },
  { later: { leadMinutes: 60, daysAhead: 2, slotMinutes: SLOT_MINUTES, perSlot: 3 }, pickup: true },
];

/** The shops of a soak. */
export function soakShops(ids: readonly string[]): ShopDefinition[] {
  return ids.map((id, index) => ({
    id,
    name: id,
    currency: 'CNY',
    timeZone: 'UTC',
    dishes,
    ...kinds[index % kinds.length],
  }));
}

/** What somebody orders of a shop by chance: mostly what it sells, at times what it does not. */
export function aWish({ id, later, pickup, delivery }: Shop, random: () => number): Wish {
  const fulfilment = pick<NonNullable<OrderRequest['fulfilment']>>(
    [
      { type: 'delivery' },
      ...(pickup ? [{ type: 'pickup' } as const] : []),
      ...(delivery?.areas ?? []).map(area => ({ type: 'delivery', area: area.id }) as const),
    ],
    random,
  );
  const tomorrow = Math.floor(Date.now() / DAY_MS) * DAY_MS + DAY_MS;
  const slot = new Date(tomorrow + pick([6, 7, 8], random) * SLOT_MINUTES * 60_000).toISOString();
  const lines = [1, 2].filter(count => count === 1 || random() < 0.5).map(() => aLine(random));
  const items = lines.filter(({ dish }, index) => lines.findIndex(line => line.dish === dish) === index);
  return {
    shop: id,
    items,
    fulfilment,
    ...(later && random() < 0.5 ? { wantedAt: slot } : {}),
  };
}

function aLine(random: () => number): OrderLine {
  const dish = pick(['rice', 'egg', 'noodles', 'noodles'], random);
  const quantity = 1 + Math.floor(random() * 4);
  if (dish !== 'noodles') return { dish, quantity };
  const size = { option: 'size', choice: pick(['small', 'large'], random), quantity: 1 };
  // Now and then three eggs, of which there are two at most, and no size at all.
  const eggs = { option: 'topping', choice: 'egg', quantity: random() < 0.1 ? 3 : 2 };
  const choices = [...(random() < 0.95 ? [size] : []), ...(random() < 0.4 ? [eggs] : [])];
  return { dish, quantity, choices };
}
