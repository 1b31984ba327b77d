import { type InitEvent, parseInitEvent } from '../../../functions/domain/init-event.ts';
import { Refusal } from '../../../functions/domain/refusal.ts';
import { type Column, columns, columnsOf, type Kind } from './columns.ts';
import { centsOf } from './price.ts';
import { type TableRow, tableOf } from './table.ts';

/** The dishes of a shop as `init_db` takes them. */
type Dishes = NonNullable<NonNullable<InitEvent['shops']>[number]['dishes']>;

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
export function menuFromCsv(file: string, currency: string): { dishes: Dishes; faults: string[] } {
  const { rows, faults, hasDecimalComma } = tableOf(file);
  if (faults.length > 0) return { dishes: [], faults };
  const dishes: Part[] = [];
  for (const row of rows) {
    const kind = row.text('kind').toLowerCase();
    const above = placeFor(kind, dishes);
    if (typeof above === 'string') faults.push(`${row.place('kind')}: ${above}`);
    else above.push(readPart(kind as Kind, row, { currency, hasDecimalComma, faults }));
  }
  faults.push(...repeated(dishes));
  const checked = dishes.flatMap(dish => check(dish, faults));
  if (faults.length === 0) faults.push(...ofTheWhole(checked));
  return { dishes: checked, faults };
}

/** The parts that a row of this kind belongs to, or why it belongs to none. */
function placeFor(kind: string, dishes: Part[]): Part[] | string {
  const options = dishes.at(-1)?.parts;
  switch (kind) {
    case 'dish':
      return dishes;
    case 'option':
      return options ?? 'an option stands below its dish, and there is none above';
    case 'choice':
      return options?.at(-1)?.parts ?? 'a choice stands below its option, and this dish has none above';
    default:
      return 'must be dish, option or choice';
  }
}

interface Reading {
  currency: string;
  hasDecimalComma: boolean;
  /** Gets what is wrong. */
  faults: string[];
}

/** A row as its kind has it. A cell that cannot be read is a fault, and left out. */
function readPart(kind: Kind, row: TableRow, reading: Reading): Part {
  const { currency, hasDecimalComma, faults } = reading;
  const value: Record<string, unknown> = { id: row.raw('id'), name: row.raw('name') };
  const put = (field: string, column: Column, read: (text: string) => unknown, wanted: string) => {
    const text = row.text(column);
    if (text === '') return;
    value[field] = read(text);
    if (value[field] !== undefined) return;
    delete value[field];
    faults.push(`${row.place(column)}: ${wanted}`);
  };
  const price = (text: string) => centsOf(text, currency, hasDecimalComma);
  const amount = `must be an amount in ${currency}, as in 18 or 18.50, without sign, letters or grouping`;
  const count = (text: string) => (/^\d{1,9}$/.test(text) ? Number(text) : undefined);
  for (const column of columns) {
    if (row.text(column) !== '' && !columnsOf[kind].includes(column))
      faults.push(`${row.place(column)}: a row of kind ${kind} says nothing here: leave it empty`);
  }
  if (kind !== 'option') {
    put('priceCents', 'price', price, amount);
    put('available', 'available', booleanOf, 'must be yes or no');
  }
  if (kind !== 'dish') put('max', 'max', count, 'must be a whole number');
  if (kind === 'option') put('min', 'min', count, 'must be a whole number');
  if (kind === 'dish') {
    if (row.text('price') === '') faults.push(`${row.place('price')}: a dish has a price; 0 is one too`);
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
function repeated(parts: readonly Part[]): string[] {
  const seen = new Map<unknown, Part>();
  return parts.flatMap(part => {
    const first = seen.get(part.value.id);
    if (first === undefined) seen.set(part.value.id, part);
    const again =
      first === undefined || part.value.id === ''
        ? []
        : [`${part.row.place('id')}: the same id as ${first.row.place('id')}`];
    return [...again, ...repeated(part.parts)];
  });
}

/** The dish as it goes to the database, if it is right by the rules that hold for everybody who puts one on a menu. */
function check(part: Part, faults: string[]): Dishes {
  try {
    return parseDishes([whole(part)]);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    for (const { path, message } of error.fields ?? []) {
      const fault = `${placeOf(path, part)}: ${message}`;
      // What cannot be read, or stands twice, has been said already, and in better words.
      const isSaid = faults.some(each => each.startsWith(`${placeOf(path, part)}:`)) || /each id once/.test(message);
      if (!isSaid) faults.push(fault);
    }
    return [];
  }
}

function whole({ value, parts }: Part): Record<string, unknown> {
  const options = parts.map(option => ({ ...option.value, choices: option.parts.map(choice => choice.value) }));
  return { ...value, options };
}

function parseDishes(dishes: unknown[]): Dishes {
  return parseInitEvent({ shops: [{ id: 'shop', name: 'shop', currency: 'CNY', dishes }] }).shops?.[0]?.dishes ?? [];
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

/** Where a part of an event, as in `shops[0].dishes[0].options[1].choices[0].name`, stands in the file. */
function placeOf(path: string, dish: Part): string {
  const inside = path.replace(/^shops\[0\]\.dishes\[0\]\.?/, '');
  const [, option, choice] = /^options\[(\d+)\](?:\.choices\[(\d+)\])?/.exec(inside) ?? [];
  let part = dish;
  for (const index of [option, choice]) if (index !== undefined) part = part.parts[Number(index)] ?? part;
  const field = inside.replace(/^options\[\d+\](\.choices\[\d+\])?\.?/, '').replace(/\W.*/, '');
  return part.row.place(columnOfField[field] ?? 'kind');
}

/** What only all dishes together can break. */
function ofTheWhole(dishes: Dishes): string[] {
  try {
    parseDishes(dishes);
    return [];
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return (error.fields ?? []).map(({ message }) => `the menu ${message}`);
  }
}
