import { computed, signal } from '@preact/signals';
import type { Dish } from '../../functions/domain/frames.ts';
import { readStored, store } from '../shared/stored.ts';

/** One line of the cart, with the name and the price that the customer has seen. */
export interface CartLine {
  dish: string;
  name: string;
  priceCents: number;
  quantity: number;
  note: string;
}

/** A cart belongs to one shop. It survives a reload. */
export interface Cart {
  shop: string;
  lines: readonly CartLine[];
  note: string;
}

/** What a fresh menu changed in the cart; the customer is told, and asked again. */
export type CartChange =
  | { type: 'price'; name: string; before: number; after: number }
  | { type: 'gone'; name: string };

/** The wire's limits. */
export const MOST_LINES = 50;
export const MOST_OF_ONE = 99;

/** The cart of the shop that is looked at. */
export const cart = signal<Cart>({ shop: '', lines: [], note: '' });

/** What was changed since the customer last said that it is all right. */
export const changes = signal<readonly CartChange[]>([]);

/** What will be charged. */
export const totalCents = computed(() =>
  cart.value.lines.reduce((sum, line) => sum + line.priceCents * line.quantity, 0),
);

/** How many dishes, for the button. */
export const dishCount = computed(() => cart.value.lines.reduce((sum, line) => sum + line.quantity, 0));

/** Takes up the cart of a shop. */
export function openCart(shop: string): void {
  if (cart.value.shop === shop) return;
  const stored = readStored(`cart.${shop}`);
  cart.value = isCart(stored) ? { ...stored, shop } : { shop, lines: [], note: '' };
  changes.value = [];
}

/** How many of a dish are in the cart. */
export function quantityOf(dish: string): number {
  return cart.value.lines.find(line => line.dish === dish)?.quantity ?? 0;
}

/** Sets how many of a dish are wanted; 0 takes it out. */
export function setQuantity(dish: Pick<Dish, 'id' | 'name' | 'priceCents'>, quantity: number): void {
  const wanted = Math.max(0, Math.min(MOST_OF_ONE, quantity));
  const { lines } = cart.value;
  if (!lines.some(line => line.dish === dish.id)) {
    if (wanted === 0 || lines.length >= MOST_LINES) return;
    const line = { dish: dish.id, name: dish.name, priceCents: dish.priceCents, quantity: wanted, note: '' };
    change({ lines: [...lines, line] });
    return;
  }
  const changed = lines.map(line => (line.dish === dish.id ? { ...line, quantity: wanted } : line));
  change({ lines: changed.filter(line => line.quantity > 0) });
}

/** The note for one dish. */
export function setLineNote(dish: string, note: string): void {
  change({ lines: cart.value.lines.map(line => (line.dish === dish ? { ...line, note } : line)) });
}

/** The note for the whole order. */
export function setNote(note: string): void {
  change({ note });
}

/** After the order is placed. */
export function emptyCart(shop: string): void {
  store(`cart.${shop}`, undefined);
  if (cart.value.shop === shop) cart.value = { shop, lines: [], note: '' };
  changes.value = [];
}

/** Brings the cart in line with a fresh menu, and notes what that changed. */
export function reconcile(dishes: readonly Dish[]): void {
  const found: CartChange[] = [];
  const lines = cart.value.lines.flatMap(line => {
    const dish = dishes.find(({ id }) => id === line.dish);
    if (dish === undefined || !dish.available) {
      found.push({ type: 'gone', name: line.name });
      return [];
    }
    if (dish.priceCents !== line.priceCents)
      found.push({ type: 'price', name: dish.name, before: line.priceCents, after: dish.priceCents });
    return [{ ...line, name: dish.name, priceCents: dish.priceCents }];
  });
  if (JSON.stringify(lines) !== JSON.stringify(cart.value.lines)) change({ lines });
  if (found.length > 0) changes.value = [...changes.value, ...found];
}

/** The customer has seen the changes. */
export function acceptChanges(): void {
  changes.value = [];
}

function change(part: Partial<Cart>): void {
  cart.value = { ...cart.value, ...part };
  const { shop, lines, note } = cart.value;
  store(`cart.${shop}`, lines.length === 0 && note === '' ? undefined : cart.value);
}

function isCart(stored: unknown): stored is Cart {
  return typeof stored === 'object' && stored !== null && 'lines' in stored && Array.isArray(stored.lines);
}
