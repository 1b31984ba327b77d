import type { Change, Dish, Operation } from '../../../functions/domain/frames.ts';
import { sections } from '../../shared/sections.ts';

/** An operation that changes the order of a menu. */
type Move = Extract<Change, { op: 'move_dish' | 'move_category' }>;

/** Creates the operation that moves a dish up (-1) or down (1) in its category; `undefined` at either end. */
export function createDishMove(dishes: readonly Dish[], id: string, by: -1 | 1): Move | undefined {
  const section = sections(dishes).find(({ dishes }) => dishes.some(dish => dish.id === id))?.dishes ?? [];
  const pair = neighbours(section, ({ id: one }) => one === id, by);
  return pair && { op: 'move_dish', dish: pair.lower.id, before: pair.upper.id };
}

/** Creates the operation that moves a category up (-1) or down (1); `undefined` at either end of the menu. */
export function createCategoryMove(dishes: readonly Dish[], category: string, by: -1 | 1): Move | undefined {
  const pair = neighbours(sections(dishes), section => section.category === category, by);
  return pair && { op: 'move_category', category: pair.lower.category, before: pair.upper.category };
}

/** Applies operations that are on their way to the server to a menu; other than moves and renames change nothing. */
export function applyMoves(dishes: readonly Dish[], operations: readonly Operation[]): readonly Dish[] {
  return operations.reduce(move, dishes);
}

/** Finds the two neighbours that change places. Either way, the lower one is moved before the upper one. */
function neighbours<T>(list: readonly T[], isIt: (item: T) => boolean, by: -1 | 1): { upper: T; lower: T } | undefined {
  const index = list.findIndex(isIt);
  const upper = list[by === -1 ? index - 1 : index];
  const lower = list[by === -1 ? index : index + 1];
  return index === -1 || upper === undefined || lower === undefined ? undefined : { upper, lower };
}

function move(dishes: readonly Dish[], operation: Operation): readonly Dish[] {
  switch (operation.op) {
    case 'move_dish':
      return placeBefore(
        dishes,
        ({ id }) => id === operation.dish,
        ({ id }) => id === operation.before,
      );
    case 'move_category':
      return placeBefore(
        dishes,
        ({ category }) => category === operation.category,
        ({ category }) => category === operation.before,
      );
    case 'rename_category':
      return dishes.map(dish => (dish.category === operation.category ? { ...dish, category: operation.name } : dish));
    default:
      return dishes;
  }
}

/** Moves dishes as the server does: in their order, directly before the first dish that matches `before`. */
function placeBefore(
  dishes: readonly Dish[],
  moves: (dish: Dish) => boolean,
  before: (dish: Dish) => boolean,
): readonly Dish[] {
  const others = dishes.filter(dish => !moves(dish));
  const place = others.findIndex(before);
  return place === -1 ? dishes : [...others.slice(0, place), ...dishes.filter(moves), ...others.slice(place)];
}
