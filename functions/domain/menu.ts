import { integer, text, visibleText } from './text.ts';

/** Dishes of one shop, at most. The database knows the same number. */
export const MAX_DISHES = 1_000;

/** What a dish may be called by, and cost (minor unit), whoever puts it on the menu. */
export const dishId = text(1, 64);
export const dishName = visibleText(1, 60);
export const dishCategory = text(0, 60);
export const dishPriceCents = integer(0, 100_000_000);
