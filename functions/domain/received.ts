import { isRecord, parseOrNothing } from './answer.ts';
import type { Order, ServerFrame, Shop } from './frames.ts';

/** What `bill` answers when an order is placed. */
export interface PlacedOrder {
  order: Order;
  token: string;
}

/** What `get_shop_info` answers. */
export interface ShopsPage {
  shops: Shop[];
  next?: string;
}

/** Whether a value is an answer of `bill` to an order that is placed. */
export function isPlacedOrder(value: unknown): value is PlacedOrder {
  return isRecord(value) && isOrder(value.order) && typeof value.token === 'string' && value.token !== '';
}

/** Whether a value is an answer of `get_shop_info`. */
export function isShopsPage(value: unknown): value is ShopsPage {
  if (!isRecord(value) || !Array.isArray(value.shops)) return false;
  return value.shops.every(isShop) && (value.next === undefined || typeof value.next === 'string');
}

function isOrder(value: unknown): boolean {
  return isRecord(value) && typeof value.id === 'string' && value.id !== '';
}

function isShop(value: unknown): boolean {
  return isRecord(value) && typeof value.id === 'string' && typeof value.name === 'string' && isMenu(value.dishes);
}

function isMenu(value: unknown): boolean {
  return Array.isArray(value) && value.every(isDish);
}

function isDish(value: unknown): boolean {
  if (!isRecord(value)) return false;
  return typeof value.id === 'string' && typeof value.name === 'string' && typeof value.priceCents === 'number';
}

type Value = Record<string, unknown>;

const roles: Record<string, (frame: Value) => boolean> = {
  shop: ({ epoch, head }) => typeof epoch === 'string' && typeof head === 'number',
  customer: ({ order }) => isOrder(order),
  visitor: ({ shop }) => isNamed(shop),
};

/** By `type`, whether a frame is what it says: a gateway of somebody else has frames of its own. */
const frames: Record<ServerFrame['type'], (frame: Value) => boolean> = {
  welcome: frame => typeof frame.pingSeconds === 'number' && isWelcome(frame),
  events: ({ epoch, head, events }) =>
    typeof epoch === 'string' && typeof head === 'number' && Array.isArray(events) && events.every(isEvent),
  snapshot: ({ epoch, head, index, orders }) =>
    typeof epoch === 'string' &&
    typeof head === 'number' &&
    typeof index === 'number' &&
    Array.isArray(orders) &&
    orders.every(isOrder),
  pong: ({ epoch, head }) => isNothingOr('string', epoch) && isNothingOr('number', head),
  alive: ({ everySeconds }) => typeof everySeconds === 'number' && everySeconds > 0,
  order: ({ order }) => isOrder(order),
  shop: ({ shop }) => isNamed(shop),
  result: ({ id, ok, error }) => typeof id === 'string' && (ok === true || (ok === false && hasCode(error))),
  warning: ({ code }) => typeof code === 'string',
  error: ({ error }) => hasCode(error),
};

/** Reads a frame of the server; `undefined` for what a client has to ignore: unknown types, and frames of others. */
export function parseServerFrame(text: string): ServerFrame | undefined {
  const value = parseOrNothing(text);
  if (!isRecord(value) || typeof value.type !== 'string' || !Object.hasOwn(frames, value.type)) return undefined;
  const isOurs = frames[value.type as ServerFrame['type']];
  return isOurs(value) ? (value as unknown as ServerFrame) : undefined;
}

function isWelcome(frame: Value): boolean {
  const { role } = frame;
  return typeof role === 'string' && Object.hasOwn(roles, role) && roles[role]?.(frame) === true;
}

function isEvent(value: unknown): boolean {
  return isRecord(value) && typeof value.seq === 'number' && typeof value.id === 'string' && isOrder(value.order);
}

function isNamed(value: unknown): boolean {
  return isRecord(value) && typeof value.id === 'string';
}

function isNothingOr(type: 'string' | 'number', value: unknown): boolean {
  return value === undefined || typeof value === type;
}

function hasCode(value: unknown): boolean {
  return isRecord(value) && typeof value.code === 'string';
}
