import type { Delivery, ShopSettings } from '../../../functions/domain/frames.ts';
import { fulfilmentOf, typedFulfilment } from '../../../web/shop/settings/fulfilment-typed.ts';

// How orders are handed over, typed and sent again: what nobody has touched is what it was.

const free: Delivery = { minimumCents: 0, feeCents: 300, freeFromCents: 0, areas: [] };

test.each<[string, Delivery | null]>([
  ['no delivery', null],
  ['free from no sum on', { ...free, freeFromCents: null }],
  ['always free', free],
  [
    'an area without a fee of its own, and one that is free',
    {
      ...free,
      areas: [
        { id: 'a', name: 'A' },
        { id: 'b', name: 'B', feeCents: 0, minimumCents: 0 },
      ],
    },
  ],
])('%s comes back as it was', (_, delivery) => {
  const shop = { pickup: true, delivery } as ShopSettings;
  expect(fulfilmentOf(typedFulfilment(shop, 2), 2)).toEqual({ pickup: true, delivery });
});
