import type { Dish, Order, OrderStatus } from '../../../functions/domain/frames.ts';
import { choicesInWords } from './choices-in-words.ts';

/** A dish that the kitchen still has to make, and how often. */
export interface DishToCook {
  readonly dish: string;
  readonly name: string;
  /** Empty when the menu no longer has the dish. */
  readonly category: string;
  /** Portions of orders in preparation. */
  readonly accepted: number;
  /** Portions of orders that nobody has accepted yet. */
  readonly placed: number;
  /** What was chosen with it, such as sizes and toppings, with the numbers of the orders; none of a dish without choices. */
  readonly variants: readonly Wish[];
  /** What customers want done differently, with the numbers of their orders. */
  readonly wishes: readonly Wish[];
}

/** The same note or choices on the same dish, of one order or several. */
export interface Wish {
  readonly note: string;
  readonly quantity: number;
  readonly orders: readonly number[];
}

/**
 * Everything to be made for the orders that are new or in preparation, in the menu's order; what it lacks comes last.
 */
export function dishesToCook(orders: Iterable<Order>, menu: readonly Dish[]): DishToCook[] {
  const places = new Map(menu.map(({ id }, place) => [id, place]));
  const placeOf = (dish: string) => places.get(dish) ?? menu.length;
  const found = new Map<string, DishToCook>();
  for (const order of [...orders].sort((a, b) => a.number - b.number)) {
    const { status } = order;
    if (!isToCook(status)) continue;
    for (const item of order.items) {
      const { dish, name, quantity, note } = item;
      const choices = choicesInWords(item);
      const category = menu[placeOf(dish)]?.category ?? '';
      const line = found.get(dish) ?? { dish, name, category, accepted: 0, placed: 0, variants: [], wishes: [] };
      const wishes = note === null ? line.wishes : withWish(line.wishes, note, quantity, order.number);
      const variants = choices === '' ? line.variants : withWish(line.variants, choices, quantity, order.number);
      found.set(dish, { ...line, [status]: line[status] + quantity, variants, wishes });
    }
  }
  return [...found.values()].sort((a, b) => placeOf(a.dish) - placeOf(b.dish) || a.name.localeCompare(b.name));
}

/** A note on an order as a whole: it may be about each of its dishes. */
export interface OrderNote {
  readonly number: number;
  readonly note: string;
}

/** The notes on whole orders that are new or in preparation, by the orders' numbers. */
export function notesOnOrders(orders: Iterable<Order>): OrderNote[] {
  return [...orders]
    .filter(({ status }) => isToCook(status))
    .flatMap(({ number, note }) => (note === null ? [] : { number, note }))
    .sort((a, b) => a.number - b.number);
}

function isToCook(status: OrderStatus): status is 'accepted' | 'placed' {
  return status === 'accepted' || status === 'placed';
}

function withWish(wishes: readonly Wish[], note: string, quantity: number, order: number): Wish[] {
  const known = wishes.find(wish => wish.note === note);
  if (known === undefined) return [...wishes, { note, quantity, orders: [order] }];
  const more = { note, quantity: known.quantity + quantity, orders: [...known.orders, order] };
  return wishes.map(wish => (wish === known ? more : wish));
}
