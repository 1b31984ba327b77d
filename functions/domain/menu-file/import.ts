import { decodeUtf8 } from '../json.ts';
import { type MenuDish, menuDishes } from '../menu.ts';
import { amountText, minorDigits } from '../minor-unit.ts';
import { Refusal } from '../refusal.ts';
import { parseShape } from '../shape.ts';
import { type Column, columns, columnsOf, type Kind } from './columns.ts';
import type { Fault } from './fault.ts';
import { centsOf } from './price.ts';
import { type TableRow, tableOf } from './table.ts';

/** What a file of a menu holds, or everything that is wrong with it. */
export interface ReadMenu {
  dishes: MenuDish[];
  faults: Fault[];
}

/** Megabytes of a file, at most: the largest menu has 2 as JSON. */
const MOST_MB = 8;

/** As `menuFromCsv`, of the bytes of a file. */
export function menuFromFile(bytes: Uint8Array, currency: string): ReadMenu {
  if (bytes.byteLength > MOST_MB * 1024 * 1024)
    return { dishes: [], faults: [{ what: 'too_large', with: { most: String(MOST_MB) } }] };
  const text = decodeUtf8(bytes);
  return text === undefined ? { dishes: [], faults: [{ what: 'encoding' }] } : menuFromCsv(text, currency);
}

/** A dish or a part of one as it was read, not yet checked, with the row that it came from. */
interface Part {
  row: TableRow;
  value: Record<string, unknown>;
  parts: Part[];
}

/**
 * The menu that a file of `menuToCsv` describes, or everything that is wrong with it, each with line and column. An empty
 * cell of `available` leaves a dish, or a choice, as available as it is.
 */
export function menuFromCsv(file: string, currency: string): ReadMenu {
  const { rows, faults, hasDecimalComma } = tableOf(file);
  if (faults.length > 0) return { dishes: [], faults };
  const dishes: Part[] = [];
  for (const row of rows) {
    const kind = row.text('kind').toLowerCase();
    const above = placeFor(kind, dishes);
    if (Array.isArray(above)) above.push(readPart(kind as Kind, row, { currency, hasDecimalComma, faults }));
    else faults.push({ what: above, ...row.place('kind') });
  }
  faults.push(...repeated(dishes));
  const checked = dishes.flatMap(dish => check(dish, faults));
  if (faults.length === 0) faults.push(...ofTheWhole(checked));
  return { dishes: checked, faults };
}

/** The parts that a row of this kind belongs to, or why it belongs to none. */
function placeFor(kind: string, dishes: Part[]): Part[] | Fault['what'] {
  const options = dishes.at(-1)?.parts;
  switch (kind) {
    case 'dish':
      return dishes;
    case 'option':
      return options ?? 'no_dish_above';
    case 'choice':
      return options?.at(-1)?.parts ?? 'no_option_above';
    default:
      return 'kind';
  }
}

interface Reading {
  currency: string;
  hasDecimalComma: boolean;
  /** Gets what is wrong. */
  faults: Fault[];
}

/** A row as its kind has it. A cell that cannot be read is a fault, and left out. */
function readPart(kind: Kind, row: TableRow, reading: Reading): Part {
  const { currency, hasDecimalComma, faults } = reading;
  const value: Record<string, unknown> = { id: row.raw('id'), name: row.raw('name') };
  const put = (field: string, column: Column, read: (text: string) => unknown, what: Fault['what']) => {
    const text = row.text(column);
    if (text === '') return;
    value[field] = read(text);
    if (value[field] !== undefined) return;
    delete value[field];
    faults.push({
      what,
      ...row.place(column),
      with: { currency, example: amountText(185 * 10 ** (digits - 1), digits) },
    });
  };
  const digits = minorDigits(currency);
  const amount = digits === 0 ? 'whole_amount' : 'amount';
  const price = (text: string) => centsOf(text, currency, hasDecimalComma);
  const count = (text: string) => (/^\d{1,9}$/.test(text) ? Number(text) : undefined);
  for (const column of columns) {
    if (row.text(column) !== '' && !columnsOf[kind].includes(column))
      faults.push({ what: 'not_of_kind', ...row.place(column), with: { kind } });
  }
  if (kind !== 'option') {
    put('priceCents', 'price', price, amount);
    put('available', 'available', booleanOf, 'yes_or_no');
  }
  if (kind !== 'dish') put('max', 'max', count, 'whole_number');
  if (kind === 'option') put('min', 'min', count, 'whole_number');
  if (kind === 'dish') {
    if (row.text('price') === '') faults.push({ what: 'no_price', ...row.place('price') });
    Object.assign(value, { category: row.raw('category'), description: row.raw('description'), options: [] });
    Object.assign(value, {
      allergens: row
        .text('allergens')
        .toLowerCase()
        .split(/[\s,;]+/)
        .filter(Boolean),
    });
    value.imageUrl = row.text('picture') || null;
    value.packagingCents = 0;
    put('packagingCents', 'packaging', price, amount);
  }
  return { row, value, parts: [] };
}

function booleanOf(text: string): boolean | undefined {
  if (/^(yes|true|1|是)$/i.test(text)) return true;
  return /^(no|false|0|否)$/i.test(text) ? false : undefined;
}

/** The ids that one list holds twice, each where it stands again. */
function repeated(parts: readonly Part[]): Fault[] {
  const seen = new Map<unknown, Part>();
  return parts.flatMap(part => {
    const first = seen.get(part.value.id)?.row.place('id');
    if (first === undefined) seen.set(part.value.id, part);
    const again: Fault[] =
      first === undefined || part.value.id === ''
        ? []
        : [
            {
              what: 'same_id',
              ...part.row.place('id'),
              with: { line: String(first.line), column: first.column },
            },
          ];
    return [...again, ...repeated(part.parts)];
  });
}

/** The dish as it goes to the database, if it is right by the rules that hold for everybody who puts one on a menu. */
function check(part: Part, faults: Fault[]): MenuDish[] {
  try {
    return parseShape(menuDishes, [whole(part)]);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    for (const { path, message } of error.fields ?? []) {
      const place = placeOf(path, part);
      // What cannot be read, or stands twice, has been said already, and in better words.
      const isSaid = faults.some(({ line, column }) => line === place.line && column === place.column);
      if (!isSaid && !/each id once/.test(message)) faults.push({ what: 'rule', ...place, with: { message } });
    }
    return [];
  }
}

function whole({ value, parts }: Part): Record<string, unknown> {
  const options = parts.map(option => ({ ...option.value, choices: option.parts.map(choice => choice.value) }));
  return { ...value, options };
}

const columnOfField: Readonly<Record<string, Column>> = {
  ...{ id: 'id', name: 'name', category: 'category', priceCents: 'price', available: 'available', min: 'min' },
  ...{
    max: 'max',
    description: 'description',
    allergens: 'allergens',
    packagingCents: 'packaging',
    imageUrl: 'picture',
  },
};

/** Where a part of a dish, as in `[0].options[1].choices[0].name`, stands in the file. */
function placeOf(path: string, dish: Part): ReturnType<TableRow['place']> {
  const inside = path.replace(/^\[0\]\.?/, '');
  const [, option, choice] = /^options\[(\d+)\](?:\.choices\[(\d+)\])?/.exec(inside) ?? [];
  let part = dish;
  for (const index of [option, choice]) if (index !== undefined) part = part.parts[Number(index)] ?? part;
  const field = inside.replace(/^options\[\d+\](\.choices\[\d+\])?\.?/, '').replace(/\W.*/, '');
  return part.row.place(columnOfField[field] ?? 'kind');
}

/** What only all dishes together can break. */
function ofTheWhole(dishes: MenuDish[]): Fault[] {
  try {
    parseShape(menuDishes, dishes);
    return [];
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return (error.fields ?? []).map(({ message }) => ({ what: 'menu', with: { message } }));
  }
}
