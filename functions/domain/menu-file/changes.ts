import type { Choice, Dish } from '../frames.ts';
import type { MenuDish } from '../menu.ts';

/** What becomes of a menu when another takes its place, dish by dish. */
export interface MenuChanges {
  added: MenuDish[];
  changed: MenuDish[];
  gone: Dish[];
  /** Names of what is sold out and would be there again, since the file says so: dishes, and choices behind theirs. */
  backAgain: string[];
  /** Whether those that stay stand in another order. */
  isReordered: boolean;
}

/** Compares a menu with the one that is to take its place. */
export function menuChanges(before: readonly Dish[], after: readonly MenuDish[]): MenuChanges {
  const [old, next] = [new Map(before.map(dish => [dish.id, dish])), new Set(after.map(({ id }) => id))];
  const staying = after.filter(({ id }) => old.has(id));
  const isChanged = (dish: MenuDish) => {
    const known = old.get(dish.id);
    return known !== undefined && wholeText(dish, known) !== wholeText(known, known);
  };
  return {
    added: after.filter(({ id }) => !old.has(id)),
    changed: staying.filter(isChanged),
    gone: before.filter(({ id }) => !next.has(id)),
    backAgain: staying.flatMap(dish => backAgain(dish, old.get(dish.id))),
    isReordered: before.filter(({ id }) => next.has(id)).some(({ id }, index) => id !== staying[index]?.id),
  };
}

/** A file of yesterday knows nothing of what was sold out today: it is named before it is undone. */
function backAgain(dish: MenuDish, before: Dish | undefined): string[] {
  const choices = (dish.options ?? []).flatMap(option => {
    const was = before?.options?.find(({ id }) => id === option.id)?.choices.filter(({ available }) => !available);
    return option.choices.filter(({ id, available }) => available === true && was?.some(one => one.id === id));
  });
  return [
    ...(dish.available === true && before?.available === false ? [dish.name] : []),
    ...choices.map(({ name }) => `${dish.name} – ${name}`),
  ];
}

/** Everything about a dish, as it is afterwards: whether it can be had stays as it was where that is not said. */
function wholeText(dish: MenuDish | Dish, before: Dish): string {
  const { name, category = '', priceCents, description = '', allergens = [], imageUrl = null } = dish;
  const was = new Map(
    (before.options ?? []).flatMap(option =>
      option.choices.map(({ id, available }) => [JSON.stringify([option.id, id]), available] as const),
    ),
  );
  const choiceText = (option: string, { id, name, priceCents = 0, max = 1, available }: Partial<Choice>) => [
    ...[id, name, priceCents, max],
    available ?? was.get(JSON.stringify([option, id])) ?? true,
  ];
  return JSON.stringify([
    ...[name, category, priceCents, description, allergens, imageUrl, dish.packagingCents ?? 0],
    dish.available ?? before.available,
    (dish.options ?? []).map(({ id, name, min = 0, max = 1, choices }) => [
      ...[id, name, min, max],
      choices.map(choice => choiceText(id, choice)),
    ]),
  ]);
}
