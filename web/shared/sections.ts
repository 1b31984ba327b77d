import type { Dish } from '../../functions/domain/frames.ts';

/** The dishes of a category, in their order. */
export interface Section {
  readonly category: string;
  readonly dishes: readonly Dish[];
}

/** The menu as it is shown: categories in the order in which their first dishes stand. */
export function sections(dishes: readonly Dish[]): Section[] {
  const byCategory = new Map<string, Dish[]>();
  for (const dish of dishes) {
    const section = byCategory.get(dish.category);
    if (section === undefined) byCategory.set(dish.category, [dish]);
    else section.push(dish);
  }
  return [...byCategory].map(([category, dishes]) => ({ category, dishes }));
}

/** The first `count` dishes of a menu; a category of which none is left is left out. */
export function firstDishes(menu: readonly Section[], count: number): Section[] {
  let room = count;
  return menu.flatMap(({ category, dishes }) => {
    if (room <= 0) return [];
    const first = dishes.slice(0, room);
    room -= dishes.length;
    return [{ category, dishes: first }];
  });
}
