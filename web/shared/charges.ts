import type { Amounts } from '../../functions/domain/frames.ts';
import type { Text } from './language.ts';

/** What the total of an order is made of. A discount is taken off, so its sum is negative. */
export type ChargeName = 'items' | 'packaging' | 'delivery' | 'discount';

export interface Charge {
  name: ChargeName;
  cents: number;
}

/** What a charge is called. */
export const chargeWords: Readonly<Record<ChargeName, Text>> = {
  items: ['菜品', 'Dishes'],
  packaging: ['打包费', 'Packaging'],
  delivery: ['配送费', 'Delivery'],
  discount: ['满减', 'Discount'],
};

/**
 * What stands above the total, in this order; nothing where the total is the dishes alone. `isDeliveryOpen`: the delivery
 * is shown though it costs nothing, because it may cost something yet.
 */
export function chargesOf(amounts: Amounts, isDeliveryOpen = false): Charge[] {
  const extras: Charge[] = [
    { name: 'packaging', cents: amounts.packagingCents },
    { name: 'delivery', cents: amounts.deliveryCents },
    { name: 'discount', cents: 0 - amounts.discountCents },
  ];
  const shown = extras.filter(({ name, cents }) => cents !== 0 || (isDeliveryOpen && name === 'delivery'));
  return shown.length === 0 ? [] : [{ name: 'items', cents: amounts.itemsCents }, ...shown];
}
