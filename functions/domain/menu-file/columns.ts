/** The columns of a menu's table, in their order. */
export const columns = [
  'kind',
  'id',
  'name',
  'category',
  'price',
  'available',
  'min',
  'max',
  'description',
  'allergens',
  'packaging',
  'picture',
] as const;

/** A column of a menu's table. */
export type Column = (typeof columns)[number];

/** What a row is: the options of a dish stand below it, the choices of an option below that. */
export type Kind = 'dish' | 'option' | 'choice';

/** The columns in which each kind of row says something. */
export const columnsOf: Record<Kind, readonly Column[]> = {
  dish: ['kind', 'id', 'name', 'category', 'price', 'available', 'description', 'allergens', 'packaging', 'picture'],
  option: ['kind', 'id', 'name', 'min', 'max'],
  choice: ['kind', 'id', 'name', 'price', 'available', 'max'],
};
