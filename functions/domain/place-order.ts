import * as v from 'valibot';
import { phone } from './phone.ts';
import { parseShape } from './shape.ts';
import { integer, shopId, text, visibleText } from './text.ts';

/** Bytes (UTF-8) of the largest ORDER on the wire; the names of the menu can make it larger than the request was. */
export const MAX_ORDER_BYTES = 24 * 1024;

/** What a customer sends to `POST /bill`. */
export interface OrderRequest {
  shop: string;
  items: { dish: string; quantity: number; note?: string | undefined }[];
  customer: { name: string; phone: string; address: string };
  note?: string | undefined;
  /** The total the customer was shown, minor unit; the order is refused when the menu says otherwise. */
  expectedTotalCents?: number | undefined;
}

const note = v.exactOptional(text(0, 200));

const orderRequest = v.strictObject({
  shop: shopId,
  items: v.pipe(
    v.array(v.strictObject({ dish: text(1, 64), quantity: integer(1, 99), note })),
    v.minLength(1, 'must hold at least one item'),
    v.maxLength(50, 'must hold at most 50 items'),
    v.check(items => new Set(items.map(lineKey)).size === items.length, 'must hold each dish and note once'),
  ),
  customer: v.strictObject({
    name: visibleText(1, 50),
    phone,
    address: visibleText(1, 200),
  }),
  note,
  expectedTotalCents: v.exactOptional(integer(0, Number.MAX_SAFE_INTEGER)),
});

/**
 * The request out of parsed JSON.
 * @throws Refusal `invalid_request`
 */
export function parseOrderRequest(value: unknown): OrderRequest {
  return parseShape(orderRequest, value);
}

/**
 * One text for all requests that mean the same order: shop, items in any order, customer and notes. What the customer
 * expected to pay does not count, since it is no part of what was ordered.
 */
export function canonicalOrder(request: OrderRequest): string {
  const { shop, items, customer } = request;
  const lines = items.map(item => [item.dish, item.quantity, item.note ?? null]);
  lines.sort((a, b) => compare(JSON.stringify(a), JSON.stringify(b)));
  return JSON.stringify([shop, lines, customer.name, customer.phone, customer.address, request.note ?? null]);
}

function lineKey(item: { dish: string; note?: string | undefined }): string {
  return JSON.stringify([item.dish, item.note ?? null]);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
