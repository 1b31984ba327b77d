import * as v from 'valibot';
import { type Allergen, allergens } from './allergens.ts';
import { dishOptions } from './options.ts';
import { integer, text, visibleText } from './text.ts';

/** Dishes of one shop, at most. The database knows the same number. */
export const MAX_DISHES = 1_000;

/** What a dish may be called by, and cost (minor unit), whoever puts it on the menu. */
export const dishId = text(1, 64);
export const dishName = visibleText(1, 60);
export const dishCategory = text(0, 60);
export const dishPriceCents = integer(0, 100_000_000);

const codes = Object.keys(allergens) as Allergen[];

/** A picture: under `https`, or a path of the server that the page came from. */
export const imageUrl = v.pipe(
  v.string(),
  v.maxLength(500, 'must be at most 500 characters'),
  v.regex(
    /^(https:\/\/[A-Za-z0-9.-]+(:\d{1,5})?(\/[^\s"'<>\\]*)?|\/([^\s"'<>\\/][^\s"'<>\\]*)?)$/,
    'must be an https URL or a path that begins with /',
  ),
  v.check(value => !/\p{C}/u.test(value), 'must not contain control characters'),
);

/** What more there is to say of a dish, wherever one is put on a menu. */
export const dishDetails = {
  description: v.exactOptional(text(0, 300)),
  allergens: v.exactOptional(
    v.pipe(
      v.array(v.picklist(codes, 'must be a code of the list')),
      v.check(list => new Set(list).size === list.length, 'must hold each code once'),
    ),
  ),
  imageUrl: v.exactOptional(v.nullable(imageUrl)),
  packagingCents: v.exactOptional(integer(0, 1_000_000)),
  options: v.exactOptional(dishOptions),
};

const menuDish = v.strictObject({
  id: dishId,
  name: dishName,
  category: v.exactOptional(dishCategory),
  priceCents: dishPriceCents,
  /** Absent: as it is, and of a new dish `true`. */
  available: v.exactOptional(v.boolean()),
  ...dishDetails,
});

/** A whole menu, or a part of one, in its order. */
export const menuDishes = v.pipe(
  v.array(menuDish),
  v.maxLength(MAX_DISHES, `must hold at most ${MAX_DISHES} dishes`),
  v.check(dishes => new Set(dishes.map(({ id }) => id)).size === dishes.length, 'must hold each id once'),
);

/** A dish of a menu as it is given. */
export type MenuDish = v.InferOutput<typeof menuDish>;
