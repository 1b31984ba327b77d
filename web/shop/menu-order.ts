import type { Dish } from '../../functions/domain/frames.ts';

/** The dishes of a category, in their order. */
export interface Section {
  readonly category: string;
  readonly dishes: readonly Dish[];
}

/** The menu as customers see it: categories in the order in which their first dishes stand. */
export function sections(dishes: readonly Dish[]): Section[] {
  const byCategory = new Map<string, Dish[]>();
  for (const dish of dishes) {
    const section = byCategory.get(dish.category);
    if (section === undefined) byCategory.set(dish.category, [dish]);
    else section.push(dish);
  }
  return [...byCategory].map(([category, dishes]) => ({ category, dishes }));
}

/** The ids in the order in which a dish stands one place further up (-1) or down (1) in its category. */
export function moveDish(dishes: readonly Dish[], id: string, by: -1 | 1): string[] {
  return idsOf(
    sections(dishes).map(({ category, dishes }) => ({
      category,
      dishes: moved(
        dishes,
        dishes.findIndex(dish => dish.id === id),
        by,
      ),
    })),
  );
}

/** The ids in the order in which a whole category stands one place further up (-1) or down (1). */
export function moveCategory(dishes: readonly Dish[], category: string, by: -1 | 1): string[] {
  const all = sections(dishes);
  return idsOf(
    moved(
      all,
      all.findIndex(section => section.category === category),
      by,
    ),
  );
}

/** The dishes in the order of the ids; those that are not named come last. */
export function inOrderOf(dishes: readonly Dish[], ids: readonly string[]): Dish[] {
  const places = new Map(ids.map((id, index) => [id, index]));
  const place = ({ id }: Dish) => places.get(id) ?? ids.length;
  return [...dishes].sort((a, b) => place(a) - place(b));
}

function moved<T>(list: readonly T[], from: number, by: -1 | 1): readonly T[] {
  const to = from + by;
  const one = list[from];
  const other = list[to];
  if (one === undefined || other === undefined) return list;
  return list.map((item, index) => (index === from ? other : index === to ? one : item));
}

function idsOf(all: readonly Section[]): string[] {
  return all.flatMap(({ dishes }) => dishes.map(({ id }) => id));
}
