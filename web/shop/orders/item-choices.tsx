import type { OrderItem } from '../../../functions/domain/frames.ts';

/** What was chosen with a dish, as large as the dish: the kitchen needs it as much. */
export function ItemChoices({ item }: { item: OrderItem }) {
  if (item.choices === undefined || item.choices.length === 0) return null;
  return (
    <span class="item-choices typed" dir="auto" data-testid="item-choices">
      {choicesInWords(item)}
    </span>
  );
}

/** The choices of an item in one line; empty when there are none. */
export function choicesInWords({ choices = [] }: OrderItem): string {
  return choices.map(({ name, quantity }) => (quantity === 1 ? name : `${name} ×${quantity}`)).join(' · ');
}

/** Tells the items of an order apart: the same dish may stand in several, with other choices or another note. */
export function itemKey(item: OrderItem): string {
  return `${item.dish} ${choicesInWords(item)} ${item.note}`;
}
