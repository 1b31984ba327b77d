import type { Dish } from '../../functions/domain/frames.ts';
import { createMatcher, indexTexts } from './search.ts';

/** The dishes whose name or category has what was typed. */
export function findDishes(dishes: readonly Dish[], typed: string): Dish[] {
  const isFound = createMatcher(typed);
  return dishes.filter(dish => isFound(wordsOf(dish)));
}

/** Makes the first search among these dishes as fast as the next. */
export function indexDishes(dishes: readonly Dish[]): void {
  indexTexts(dishes.map(wordsOf));
}

function wordsOf({ name, category }: Dish): string {
  return `${name} ${category}`;
}
