import { randomUUID } from 'node:crypto';
import { orderBody } from '../support/e2e/client.ts';
import type { BadInput, BadRequest } from './bad-input.ts';

/** An order that is good, to be spoiled in one place. */
export const good = orderBody();

/** The good order with other fields. */
export const json = (more: object) => JSON.stringify({ ...good, ...more });
/** The good order with another item. */
export const withItem = (item: object) => json({ items: [{ dish: 'rice', quantity: 1, ...item }] });
/** The good order with another customer. */
export const withCustomer = (more: object) => json({ customer: { ...good.customer, ...more } });
/** The good order with a field whose name and value are text of JSON. */
export const raw = (key: string, value: string) => JSON.stringify(good).replace(/^\{/, `{"${key}":${value},`);
/** An item whose quantity is text of JSON. */
export const quantity = (text: string) => withItem({ quantity: 7 }).replace(':7', `:${text}`);

/** A request to place an order. */
export function bill(body: Buffer | string, headers: BadRequest['headers'] = {}): BadRequest {
  const usual = { 'content-type': 'application/json', 'idempotency-key': randomUUID() };
  return { path: '/bill', method: 'POST', headers: { ...usual, ...headers }, body };
}

/** A row for each body, all refused in the same way. */
export function bodies(status: number, code: string, rows: Readonly<Record<string, Buffer | string>>): BadInput[] {
  return Object.entries(rows).map(([name, body]) => ({ name, request: bill(body), status, code }));
}
