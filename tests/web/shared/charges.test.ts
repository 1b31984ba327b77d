import fc from 'fast-check';
import { amountsOf } from '../../../functions/domain/amounts.ts';
import { chargesOf } from '../../../web/shared/charges.ts';

const cents = fc.integer({ min: 0, max: 10_000 });
const anyAmounts = fc.tuple(cents, cents, cents, cents).map(([priceCents, packagingCents, feeCents, offCents]) =>
  amountsOf(
    [{ priceCents, packagingCents, quantity: 2 }],
    {
      delivery: { minimumCents: 0, feeCents, freeFromCents: null, areas: [] },
      discounts: [{ fromCents: 1, offCents }],
    },
    { type: 'delivery' },
  ),
);

describe('the charges of an order', () => {
  test('add up to its total, and none of them is nothing', () => {
    fc.assert(
      fc.property(anyAmounts, amounts => {
        const charges = chargesOf(amounts);
        if (charges.length === 0) expect(amounts.totalCents).toBe(amounts.itemsCents);
        else expect(charges.reduce((sum, one) => sum + one.cents, 0)).toBe(amounts.totalCents);
        expect(charges.filter(({ name, cents }) => name !== 'items' && cents === 0)).toEqual([]);
      }),
    );
  });

  test('name a delivery that costs nothing as long as it may cost something', () => {
    const free = { itemsCents: 500, packagingCents: 0, deliveryCents: 0, discountCents: 0, totalCents: 500 };
    expect(chargesOf(free)).toEqual([]);
    expect(chargesOf(free, true)).toEqual([
      { name: 'items', cents: 500 },
      { name: 'delivery', cents: 0 },
    ]);
  });
});
