import type { Amounts, Delivery, Discount, Fulfilment } from './frames.ts';

/** One line of an order, as far as it costs something. */
export interface PricedLine {
  priceCents: number;
  quantity: number;
  packagingCents?: number | undefined;
  choices?: readonly { priceCents: number; quantity: number }[] | undefined;
}

/** What a shop asks beside its prices. What is absent costs nothing, as at a server of a version before. */
export interface Terms {
  delivery?: Delivery | null | undefined;
  discounts?: readonly Discount[] | undefined;
}

/** What one piece of a line costs: the dish and what is chosen with it. */
export function pieceCents({ priceCents, choices = [] }: Pick<PricedLine, 'priceCents' | 'choices'>): number {
  return choices.reduce((sum, choice) => sum + choice.priceCents * choice.quantity, priceCents);
}

/** What an order costs, as the server counts it: `expectedTotalCents` is its `totalCents`. */
export function amountsOf(
  lines: readonly PricedLine[],
  { delivery, discounts = [] }: Terms,
  fulfilment: Fulfilment,
): Amounts {
  const itemsCents = lines.reduce((sum, line) => sum + pieceCents(line) * line.quantity, 0);
  const packagingCents = lines.reduce((sum, line) => sum + (line.packagingCents ?? 0) * line.quantity, 0);
  const deliveryCents = deliveryCentsOf(itemsCents, delivery, fulfilment);
  const reached = discounts.filter(({ fromCents }) => fromCents <= itemsCents);
  const discountCents = Math.min(itemsCents, Math.max(0, ...reached.map(({ offCents }) => offCents)));
  const totalCents = itemsCents + packagingCents + deliveryCents - discountCents;
  return { itemsCents, packagingCents, deliveryCents, discountCents, totalCents };
}

/** What the items must cost at least to be handed over so. */
export function minimumCentsOf({ delivery }: Terms, fulfilment: Fulfilment): number {
  if (fulfilment.type === 'pickup' || delivery === undefined || delivery === null) return 0;
  return areaOf(delivery, fulfilment)?.minimumCents ?? delivery.minimumCents;
}

function deliveryCentsOf(itemsCents: number, delivery: Terms['delivery'], fulfilment: Fulfilment): number {
  if (fulfilment.type === 'pickup' || delivery === undefined || delivery === null) return 0;
  if (delivery.freeFromCents !== null && itemsCents >= delivery.freeFromCents) return 0;
  return areaOf(delivery, fulfilment)?.feeCents ?? delivery.feeCents;
}

function areaOf({ areas }: Delivery, { area }: Extract<Fulfilment, { type: 'delivery' }>) {
  return areas.find(({ id }) => id === area);
}
