import type { OrderItem } from '../../../functions/domain/frames.ts';

/** The choices of an item in one line; empty when there are none. */
export function choicesInWords(item: OrderItem): string {
  return choiceWords(item).join(' · ');
}

/** Each choice of an item, with how often it is wanted. */
export function choiceWords({ choices = [] }: OrderItem): string[] {
  return choices.map(({ name, quantity }) => (quantity === 1 ? name : `${name} ×${quantity}`));
}

/** Tells the items of an order apart: the same dish may stand in several, with other choices or another note. */
export function itemKey(item: OrderItem): string {
  return `${item.dish} ${choicesInWords(item)} ${item.note}`;
}
