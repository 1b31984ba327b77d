import * as v from 'valibot';
import { instant } from './instant.ts';
import { choiceQuantity, optionId } from './options.ts';
import { phone } from './phone.ts';
import { Refusal } from './refusal.ts';
import { parseShape } from './shape.ts';
import { areaId } from './shop-terms.ts';
import { integer, shopId, text, visibleText } from './text.ts';

/** Bytes (UTF-8) of the largest ORDER on the wire; the names of the menu can make it larger than the request was. */
export const MAX_ORDER_BYTES = 24 * 1024;

/** Choices of one line, at most. */
const MAX_CHOSEN = 100;

/** What a customer sends to `POST /bill`. */
export interface OrderRequest {
  shop: string;
  items: OrderLine[];
  /** The address belongs to delivery alone. */
  customer: { name: string; phone: string; address?: string | undefined };
  note?: string | undefined;
  /** Absent: delivery, to everywhere. */
  fulfilment?: { type: 'pickup' } | { type: 'delivery'; area?: string | undefined } | undefined;
  /** The time of a slot; absent: as soon as possible. */
  wantedAt?: string | undefined;
  /** The total the customer was shown, minor unit; the order is refused when the menu says otherwise. */
  expectedTotalCents?: number | undefined;
}

/** One line of a request: so many pieces of a dish, all with the same choices. */
export interface OrderLine {
  dish: string;
  quantity: number;
  choices?: { option: string; choice: string; quantity: number }[] | undefined;
  note?: string | undefined;
}

const note = v.exactOptional(text(0, 200));

const choices = v.exactOptional(
  v.pipe(
    v.array(v.strictObject({ option: optionId, choice: optionId, quantity: v.optional(choiceQuantity, 1) })),
    v.maxLength(MAX_CHOSEN, `must hold at most ${MAX_CHOSEN} choices`),
    v.check(list => new Set(list.map(choiceKey)).size === list.length, 'must hold each choice once'),
  ),
);

const fulfilment = v.variant('type', [
  v.strictObject({ type: v.literal('pickup') }),
  v.strictObject({ type: v.literal('delivery'), area: v.exactOptional(areaId) }),
]);

const orderRequest = v.strictObject({
  shop: shopId,
  items: v.pipe(
    v.array(v.strictObject({ dish: text(1, 64), quantity: integer(1, 99), choices, note })),
    v.minLength(1, 'must hold at least one item'),
    v.maxLength(50, 'must hold at most 50 items'),
    v.check(items => new Set(items.map(lineKey)).size === items.length, 'must hold each dish, choices and note once'),
  ),
  customer: v.strictObject({
    name: visibleText(1, 50),
    phone,
    address: v.exactOptional(visibleText(1, 200)),
  }),
  note,
  fulfilment: v.exactOptional(fulfilment),
  wantedAt: v.exactOptional(instant),
  expectedTotalCents: v.exactOptional(integer(0, Number.MAX_SAFE_INTEGER)),
});

/**
 * The request out of parsed JSON.
 * @throws Refusal `invalid_request`
 */
export function parseOrderRequest(value: unknown): OrderRequest {
  const request = parseShape(orderRequest, value);
  const isFetched = request.fulfilment?.type === 'pickup';
  if (isFetched !== (request.customer.address === undefined)) {
    const message = isFetched ? 'belongs to delivery alone' : 'is missing';
    throw new Refusal('invalid_request', 'the request is not valid', {
      fields: [{ path: 'customer.address', message }],
    });
  }
  return request;
}

/**
 * One text for all requests that mean the same order: shop, items in any order, choices in any order, customer, notes, how
 * and when. What the customer expected to pay does not count, since it is no part of what was ordered. An order that says
 * nothing of what came later has the text that it always had.
 */
export function canonicalOrder(request: OrderRequest): string {
  const { shop, items, customer, fulfilment, wantedAt } = request;
  const lines = items.map(item => [item.dish, item.quantity, item.note ?? null, ...sortedChoices(item)]);
  lines.sort((a, b) => compare(JSON.stringify(a), JSON.stringify(b)));
  const how = fulfilment?.type === 'delivery' ? fulfilment.area : fulfilment;
  const more = how === undefined && wantedAt === undefined ? [] : [how ?? null, wantedAt ?? null];
  return JSON.stringify([
    shop,
    lines,
    customer.name,
    customer.phone,
    customer.address ?? null,
    request.note ?? null,
    ...more,
  ]);
}

function lineKey(item: OrderLine): string {
  return JSON.stringify([item.dish, item.note ?? null, ...sortedChoices(item)]);
}

function sortedChoices({ choices = [] }: OrderLine): unknown[] {
  const chosen = choices.map(({ option, choice, quantity }) => [option, choice, quantity]);
  return chosen.length === 0 ? [] : [chosen.sort((a, b) => compare(JSON.stringify(a), JSON.stringify(b)))];
}

function choiceKey({ option, choice }: { option: string; choice: string }): string {
  return JSON.stringify([option, choice]);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
