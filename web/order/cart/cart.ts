import { computed, signal } from '@preact/signals';
import type { ChosenItem, Dish, OrderItem } from '../../../functions/domain/frames.ts';
import { readStored, store, whenStoredElsewhere } from '../../shared/stored.ts';
import { tidyLines } from '../../shared/typed-text.ts';
import { type CartChange, fitLines } from './fit.ts';
import { type CartLine, isSameLine, leftOut, withoutMissing } from './line.ts';

/** A cart belongs to one shop. It survives a reload. */
export interface Cart {
  shop: string;
  lines: readonly CartLine[];
  note: string;
}

/** The wire's limits. */
const MOST_LINES = 50;
export const MOST_OF_ONE = 99;

/** The cart of the shop that is looked at. */
export const cart = signal<Cart>({ shop: '', lines: [], note: '' });

/** What was changed since the customer last said that it is all right. */
export const changes = signal<readonly CartChange[]>([]);

/** How many dishes, for the button. */
export const dishCount = computed(() => cart.value.lines.reduce((sum, line) => sum + line.quantity, 0));

/** Takes up the cart of a shop. */
export function openCart(shop: string): void {
  if (cart.value.shop === shop) return;
  cart.value = readCart(shop, readStored(`cart.${shop}`));
  changes.value = [];
}

/** Takes up what another tab does to the cart, which would be lost with the next change here. */
export function followOtherTabs(): () => void {
  return whenStoredElsewhere(name => {
    const { shop } = cart.value;
    if (name === `cart.${shop}`) cart.value = readCart(shop, readStored(name));
  });
}

/** By dish, how many are in the cart, with any note. A menu asks for each of its dishes. */
const quantities = computed(() => {
  const counts = new Map<string, number>();
  for (const { dish, quantity } of cart.value.lines) counts.set(dish, (counts.get(dish) ?? 0) + quantity);
  return counts;
});

/** How many of a dish are in the cart, with any note. */
export function quantityOf(dish: string): number {
  return quantities.value.get(dish) ?? 0;
}

/** Whether one more of the dish can be put in, with these choices. */
export function hasRoomFor(dish: string, choices: ChosenItem[] = []): boolean {
  const plain = quantityOf(dish) === 0 ? undefined : plainLine(dish, choices);
  return plain === undefined ? cart.value.lines.length < MOST_LINES : plain.quantity < MOST_OF_ONE;
}

/** More of a dish with these choices, without a note. */
export function addDish(
  { id, name, priceCents, packagingCents }: Pick<Dish, 'id' | 'name' | 'priceCents' | 'packagingCents'>,
  choices: ChosenItem[] = [],
  quantity = 1,
): void {
  if (!hasRoomFor(id, choices)) return;
  const plain = plainLine(id, choices);
  if (plain !== undefined) setQuantity(plain.key, plain.quantity + quantity);
  else
    appendLine({
      dish: id,
      name,
      priceCents,
      packagingCents,
      quantity: Math.min(MOST_OF_ONE, quantity),
      note: '',
      choices,
    });
}

/** One fewer of a dish: of those without choices and note, else of the last line. */
export function removeDish(dish: string): void {
  const line = plainLine(dish, []) ?? cart.value.lines.findLast(one => one.dish === dish);
  if (line !== undefined) setQuantity(line.key, line.quantity - 1);
}

/** How many of a line; 0 takes it out. */
export function setQuantity(key: number, quantity: number): void {
  const wanted = Math.max(0, Math.min(MOST_OF_ONE, quantity));
  const changed = cart.value.lines.map(line => (line.key === key ? { ...line, quantity: wanted } : line));
  change({ lines: changed.filter(line => line.quantity > 0) });
}

/** One more of the dish of a line, in a line of its own, for another note. Gives the new line's key. */
export function addLineLike(key: number): number | undefined {
  const line = cart.value.lines.find(one => one.key === key);
  if (line === undefined || cart.value.lines.length >= MOST_LINES) return undefined;
  return appendLine({ ...line, quantity: 1, note: '' }, key);
}

/** Other choices for a line, and how many of it. What comes to be the same as another line is joined with it. */
export function changeLine(key: number, choices: ChosenItem[], quantity: number): void {
  change({ lines: cart.value.lines.map(line => (line.key === key ? { ...line, choices, quantity } : line)) });
  joinEqualLines();
}

/** The note of one line. */
export function setLineNote(key: number, note: string): void {
  change({ lines: cart.value.lines.map(line => (line.key === key ? { ...line, note } : line)) });
}

/** The note for the whole order. */
export function setNote(note: string): void {
  change({ note });
}

/**
 * Makes notes what is meant by them (`tidyLines`), and one line of those that have come to be the same, where 99 are
 * enough: the wire allows one line per dish, choices and note.
 */
export function joinEqualLines(): void {
  const joined: CartLine[] = [];
  for (const typed of cart.value.lines) {
    const line = { ...typed, note: tidyLines(typed.note) };
    const index = joined.findIndex(one => isSameLine(one, line) && one.quantity + line.quantity <= MOST_OF_ONE);
    const same = joined[index];
    if (same === undefined) joined.push(line);
    else joined[index] = { ...same, quantity: same.quantity + line.quantity };
  }
  const note = tidyLines(cart.value.note);
  if (JSON.stringify([joined, note]) !== JSON.stringify([cart.value.lines, cart.value.note]))
    change({ lines: joined, note });
}

/** The lines that are still the same as one before them: more than 99 of one kind. */
export function surplusLines(): readonly CartLine[] {
  const { lines } = cart.value;
  return lines.filter((line, index) => lines.findIndex(one => isSameLine(one, line)) < index);
}

/** What an earlier order had that is not to be had now: a whole dish, or choices of a dish that is there without them. */
export interface Missing {
  dish: string;
  /** Empty: the dish itself. */
  choices: string[];
}

/**
 * Fills the cart with what was ordered before, as far as it is on the menu, at the prices of today. A dish that can be had
 * without a choice is kept. Gives what is missing.
 */
export function orderAgain(shop: string, items: readonly OrderItem[], dishes: readonly Dish[]): Missing[] {
  openCart(shop);
  const missing: Missing[] = [];
  const lines = items.flatMap((item, index) => {
    const dish = dishes.find(({ id }) => id === item.dish);
    const choices = dish?.available ? withoutMissing(item.choices ?? [], dish) : undefined;
    if (dish !== undefined && choices !== undefined) {
      const without = leftOut(item.choices ?? [], choices);
      if (without.length > 0) missing.push({ dish: dish.name, choices: without });
      const { name, priceCents, packagingCents } = dish;
      const { quantity, note } = item;
      return [{ key: index + 1, dish: dish.id, name, priceCents, packagingCents, quantity, note: note ?? '', choices }];
    }
    missing.push({ dish: item.name, choices: [] });
    return [];
  });
  changes.value = [];
  change({ lines });
  joinEqualLines();
  return missing;
}

/** After the order is placed. */
export function emptyCart(shop: string): void {
  store(`cart.${shop}`, undefined);
  if (cart.value.shop === shop) cart.value = { shop, lines: [], note: '' };
  changes.value = [];
}

/** Brings the cart in line with a fresh menu, and notes what that changed. */
export function reconcile(dishes: readonly Dish[]): void {
  const fitted = fitLines(cart.value.lines, dishes, changes.value);
  if (JSON.stringify(fitted.lines) === JSON.stringify(cart.value.lines)) return;
  change({ lines: fitted.lines });
  changes.value = fitted.changes;
}

/** The customer has seen the changes. */
export function acceptChanges(): void {
  changes.value = [];
}

function plainLine(dish: string, choices: ChosenItem[]): CartLine | undefined {
  const plain = { dish, note: '', choices } as const;
  return cart.value.lines.find(line => isSameLine(line, { ...line, ...plain }));
}

/** At the end, or right behind another line. */
function appendLine(line: Omit<CartLine, 'key'>, behind?: number): number {
  const { lines } = cart.value;
  const key = Math.max(0, ...lines.map(one => one.key)) + 1;
  const place = behind === undefined ? lines.length : lines.findIndex(one => one.key === behind) + 1;
  change({ lines: [...lines.slice(0, place), { ...line, key }, ...lines.slice(place)] });
  return key;
}

function change(part: Partial<Cart>): void {
  cart.value = { ...cart.value, ...part };
  const { shop, lines, note } = cart.value;
  store(`cart.${shop}`, lines.length === 0 && note === '' ? undefined : cart.value);
}

/** What was kept by an earlier version of this page may have no keys and no choices. */
function readCart(shop: string, stored: unknown): Cart {
  const { lines, note } = (typeof stored === 'object' && stored !== null ? stored : {}) as Partial<Cart>;
  const kept = Array.isArray(lines) ? (lines as CartLine[]).filter(line => typeof line?.dish === 'string') : [];
  return {
    shop,
    lines: kept.map((line, index) => ({ ...line, choices: line.choices ?? [], key: index + 1 })),
    note: typeof note === 'string' ? note : '',
  };
}
