import { MAX_EVENTS_PER_PAGE, MAX_FRAME_FROM_SERVER_BYTES, MAX_ORDERS_PER_PAGE, type ShopKey } from './frames.ts';
import type { DayOrders, JsonText, OpenOrders, ShopText, StoredEvent } from './ports.ts';
import { type Refusal, wireError } from './refusal.ts';

/** Seconds between pings of a screen. The gateway keeps the line alive by itself; a ping only renews the lease. */
const PING_SECONDS = 240;
/** The same of a customer, who waits for minutes, not for months: nothing else makes up for a lost push there. */
const CUSTOMER_PING_SECONDS = 60;
/** Seconds after which a customer's ping is answered with orders that have not changed: what is sent may get lost. */
export const TOLD_AGAIN_SECONDS = 10;
/** Seconds after its last sign of life a connection counts as dead. */
export const LEASE_SECONDS = 600;

/** An `events` frame with a page of a backlog, and the seq whose ack releases the next one. */
export interface Page {
  frame: string;
  pageSeq: number | undefined;
}

/**
 * The page that begins a backlog: as many of its events as one frame holds, at most 50. Every event fits into a frame,
 * because an order is limited when it is placed.
 */
export function pageOf(events: StoredEvent[], epoch: string, head: number): Page {
  const texts: string[] = [];
  let bytes = FRAME_ROOM;
  for (const event of events.slice(0, MAX_EVENTS_PER_PAGE)) {
    const text = eventText(event);
    bytes += Buffer.byteLength(text) + 1;
    if (bytes > MAX_FRAME_FROM_SERVER_BYTES && texts.length > 0) break;
    texts.push(text);
  }
  const last = events[texts.length - 1]?.seq;
  const more = last !== undefined && last < head;
  return { frame: eventsFrame(epoch, texts, head, more), pageSeq: more ? last : undefined };
}

/** The frame that carries one event to the screens, live. */
export function liveFrame(event: StoredEvent): string {
  return eventsFrame(event.epoch, [eventText(event)], event.seq, false);
}

/** The frames of a snapshot, in order. There is always one, if only to say that nothing is open. */
export function snapshotFrames({ epoch, head, lastId, orders }: OpenOrders): string[] {
  const pages: string[][] = [[]];
  let bytes = FRAME_ROOM;
  for (const order of orders) {
    const size = Buffer.byteLength(order) + 1;
    if (bytes + size > MAX_FRAME_FROM_SERVER_BYTES && pages.at(-1)?.length !== 0) {
      pages.push([]);
      bytes = FRAME_ROOM;
    }
    bytes += size;
    pages.at(-1)?.push(order);
  }
  const id = lastId === undefined ? '' : `,"lastId":"${lastId}"`;
  return pages.map(
    (page, index) =>
      `{"type":"snapshot","epoch":"${epoch}","head":${head},"index":${index},"orders":[${page.join()}],` +
      `"more":${index < pages.length - 1}${id}}`,
  );
}

/** The answer to a hello of a screen; `key` is what it was opened with. */
export function shopWelcome(epoch: string, head: number, resumed: boolean, key: ShopKey, shop: ShopText): string {
  const before = `{"type":"welcome","role":"shop","key":${JSON.stringify(key)},"epoch":"${epoch}","head":${head},"resumed":${resumed},"pingSeconds":${PING_SECONDS},"shop":`;
  return `${before}${fitting(before, shop)}}`;
}

/** The answer to a hello of a customer, with what its read-only link takes. */
export function customerWelcome(order: JsonText, shareToken: string): string {
  return `${CUSTOMER_WELCOME},"order":${order},"shareToken":"${shareToken}"}`;
}

/** The answer to a hello by a read-only link: `order` is what `withoutCustomer` leaves. */
export function readOnlyWelcome(order: JsonText): string {
  return `${CUSTOMER_WELCOME},"order":${order},"readOnly":true}`;
}

const CUSTOMER_WELCOME = `{"type":"welcome","role":"customer","resumed":false,"pingSeconds":${CUSTOMER_PING_SECONDS}`;

/** An order, to those who follow it. */
export function orderFrame(order: JsonText): string {
  return `{"type":"order","order":${order}}`;
}

/** The answer to a hello of a visitor, who is told of changes: a ping only renews the lease. */
export function visitorWelcome(shop: ShopText): string {
  const before = `{"type":"welcome","role":"visitor","resumed":false,"pingSeconds":${PING_SECONDS},"shop":`;
  return `${before}${fitting(before, shop)}}`;
}

/** A shop's settings and menu, to its screens or to its visitors. */
export function shopFrame(shop: ShopText): string {
  const before = '{"type":"shop","shop":';
  return `${before}${fitting(before, shop)}}`;
}

/** The answer to a ping of a screen. */
export function shopPong(epoch: string, head: number, shopVersion: number): string {
  return `{"type":"pong","epoch":"${epoch}","head":${head},"shopVersion":${shopVersion}}`;
}

/** The answer to a ping of a customer, after the orders; `shopVersion` is that of the shop whose menu it follows. */
export function customerPong(shopVersion: number | undefined): string {
  return JSON.stringify({ type: 'pong', shopVersion });
}

/** Tells screens that strangers are asked for a proof. */
export function manyOrdersFrame(): string {
  return JSON.stringify({ type: 'warning', code: 'many_orders' });
}

/** The answer to a command. `result` begins with `"ok":`. */
export function resultFrame(id: string, result: JsonText): string {
  return `{"type":"result","id":${JSON.stringify(id)},${result.slice(1)}`;
}

/** The answer to `make_key` that was run: what `resultFrame` says, and the key if it was made. */
export function madeKeyResult(id: string, result: JsonText, key: string): string {
  const { ok } = JSON.parse(result) as { ok: boolean };
  return resultFrame(id, ok ? `${result.slice(0, -1)},"key":"${key}"}` : result);
}

/** The answer to `list_keys`. */
export function keysResult(id: string, keys: JsonText): string {
  return `{"type":"result","id":"${id}","ok":true,"keys":${keys}}`;
}

/** The answer to `report`. */
export function reportResult(id: string, report: JsonText): string {
  return `{"type":"result","id":"${id}","ok":true,"report":${report}}`;
}

/**
 * The answer to `list_orders`: as many of the orders as one frame holds, at most 50; at least one, because an order is
 * limited when it is placed.
 */
export function ordersResult(id: string, { day, orders }: DayOrders): string {
  let bytes = FRAME_ROOM;
  const end = orders.findIndex(({ order }, index) => {
    bytes += Buffer.byteLength(order) + 1;
    return index === MAX_ORDERS_PER_PAGE || (bytes > MAX_FRAME_FROM_SERVER_BYTES && index > 0);
  });
  const page = end < 0 ? orders : orders.slice(0, end);
  const next = end < 0 ? '' : `,"next":${page.at(-1)?.number}`;
  const texts = page.map(({ order }) => order).join();
  return `{"type":"result","id":"${id}","ok":true,"day":"${day}","orders":[${texts}]${next}}`;
}

/** The answer to a command that was not run. */
export function refusedResult(id: string, refusal: Refusal): string {
  return JSON.stringify({ type: 'result', id, ok: false, error: wireError(refusal) });
}

// Room for what stands around the events or orders of a frame.
const FRAME_ROOM = 300;

function eventsFrame(epoch: string, events: string[], head: number, more: boolean): string {
  return `{"type":"events","epoch":"${epoch}","events":[${events.join()}],"head":${head},"more":${more}}`;
}

function eventText({ seq, id, type, at, order }: StoredEvent): string {
  return `{"seq":${seq},"id":"${id}","type":"${type}","at":"${at}","order":${order}}`;
}

function fitting(before: string, shop: ShopText): JsonText {
  return Buffer.byteLength(before) + Buffer.byteLength(shop.full) + 1 <= MAX_FRAME_FROM_SERVER_BYTES
    ? shop.full
    : shop.withoutDishes;
}
