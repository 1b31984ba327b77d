import type { Order } from '../../../functions/domain/frames.ts';
import type { Text } from '../../shared/language.ts';

/** A sum above the total, and what it is for. */
export type Sum = readonly [what: Text, cents: number];

/** What the total of an order is made of; nothing where that is its dishes alone, as at a server of a version before. */
export function sumsOf({ amounts }: Pick<Order, 'amounts'>): Sum[] {
  if (amounts === undefined) return [];
  const extras: Sum[] = [
    [['打包费', 'Packaging'], amounts.packagingCents],
    [['配送费', 'Delivery'], amounts.deliveryCents],
    [['满减', 'Discount'], -amounts.discountCents],
  ];
  const charged = extras.filter(([, cents]) => cents !== 0);
  return charged.length === 0 ? [] : [[['菜品', 'Dishes'], amounts.itemsCents], ...charged];
}
