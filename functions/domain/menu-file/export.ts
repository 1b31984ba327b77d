import { toCsv } from '../csv.ts';
import type { Dish } from '../frames.ts';
import { amountText, minorDigits } from '../minor-unit.ts';
import { type Column, columns, type Kind } from './columns.ts';

/** A menu as a file for spreadsheets, which `menuFromCsv` reads back. Prices are in the currency itself, as in 18.00. */
export function menuToCsv(dishes: readonly Dish[], currency: string): string {
  const rows = dishes.flatMap(dish => rowsOf(dish, currency));
  return toCsv([columns, ...rows.map(row => columns.map(column => row[column] ?? ''))]);
}

type Row = { kind: Kind } & Partial<Record<Column, string>>;

function rowsOf(dish: Dish, currency: string): Row[] {
  const price = (cents: number) => amountText(cents, minorDigits(currency));
  const { id, name, category, priceCents, available, options = [] } = dish;
  return [
    {
      ...{ kind: 'dish', id, name, category, price: price(priceCents), available: yesOrNo(available) },
      description: dish.description ?? '',
      allergens: (dish.allergens ?? []).join(' '),
      packaging: price(dish.packagingCents ?? 0),
      picture: dish.imageUrl ?? '',
    },
    ...options.flatMap((option): Row[] => [
      { kind: 'option', id: option.id, name: option.name, min: String(option.min), max: String(option.max) },
      ...option.choices.map(
        (choice): Row => ({
          ...{ kind: 'choice', id: choice.id, name: choice.name, price: price(choice.priceCents) },
          ...{ available: yesOrNo(choice.available), max: String(choice.max) },
        }),
      ),
    ]),
  ];
}

function yesOrNo(value: boolean): string {
  return value ? 'yes' : 'no';
}
