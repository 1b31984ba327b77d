import type { Change, Dish, Order, OrderStatus } from '../../functions/domain/frames.ts';
import { MAX_DISHES } from '../../functions/domain/menu.ts';
import type { CommandOutcome, Commands, RunCommand, StoredEvent } from '../../functions/domain/ports.ts';
import { isAlways, nextChange } from '../support/model-hours.ts';
import type { Sync } from './invocation.ts';
import { append, moveOrder } from './model-orders.ts';
import { reckonWaits } from './model-selling.ts';
import { keysOf } from './model-shops.ts';
import { hexOf, type ModelDatabase, rowOf, type ShopRow } from './tables.ts';

const MINUTE_MS = 60_000;
const WEEK_MS = 7 * 24 * 60 * MINUTE_MS;

const mayBecome: Readonly<Record<OrderStatus, readonly OrderStatus[]>> = {
  placed: ['accepted', 'rejected', 'cancelled', 'expired'],
  accepted: ['ready', 'completed', 'cancelled'],
  ready: ['completed', 'cancelled'],
  completed: [],
  rejected: [],
  cancelled: [],
  expired: [],
};
const becomes = {
  accept: 'accepted',
  reject: 'rejected',
  ready: 'ready',
  complete: 'completed',
  cancel: 'cancelled',
} as const;

/** `run_command` and `auto_accept`. */
export function modelCommands(database: ModelDatabase): Sync<Commands> {
  return {
    run(command) {
      const { commands } = database.tables;
      const key = `${command.scope} ${command.id.toLowerCase()}`;
      const contentHash = hexOf(command.contentHash);
      const known = commands.get(key);
      if (known !== undefined) {
        const same = known.contentHash === contentHash;
        if (!same) return said(refused('invalid_request'));
        const { operation } = command;
        if (operation.op === 'claim_print') return said(claimPrint(database, command, operation.order));
        return said('order' in operation ? withOrder(database, known.outcome, operation.order) : known.outcome);
      }
      const outcome = outcomeOf(database, command);
      if (outcome.kept) commands.set(key, { contentHash, outcome: outcome.result });
      const { result, event, shopChanged } = outcome;
      if (event !== undefined) acknowledge(database, command.connectionId, event.seq);
      return { result, event, shopChanged };
    },

    autoAccept(shop, from, to) {
      const { tables, now } = database;
      const { autoAccept, prepMinutes, busyMinutes } = rowOf(tables.shops, shop);
      if (!autoAccept) return [];
      return [...tables.orders.values()]
        .filter(
          ({ order, placedSeq, placedAt }) =>
            order.shop === shop &&
            order.status === 'placed' &&
            placedSeq > from &&
            placedSeq <= to &&
            placedAt > now() - MINUTE_MS,
        )
        .sort((a, b) => a.placedSeq - b.placedSeq)
        .map(row => moveOrder(database, row, 'accepted', null, prepMinutes + busyMinutes));
    },
  };
}

/** The result tells the screen what its event would. */
function acknowledge({ tables }: ModelDatabase, connectionId: string | undefined, seq: number): void {
  const row = tables.connections.get(connectionId ?? '');
  if (row?.ackedSeq === seq - 1 && row.pageSeq === undefined) tables.connections.set(row.id, { ...row, ackedSeq: seq });
}

type Outcome = CommandOutcome & { kept: boolean };

function outcomeOf(database: ModelDatabase, command: RunCommand): Outcome {
  const { operation } = command;
  if (operation.op === 'make_key') return makeKey(database, command, operation);
  if (operation.op === 'revoke_key') return revokeKey(database, command.shop, operation.keyId);
  return 'order' in operation ? onOrder(database, command) : onShop(database, command);
}

const MOST_KEYS = 50;

/** `make_key`. */
function makeKey(
  { tables }: ModelDatabase,
  { shop: id, keyHash = new Uint8Array() }: RunCommand,
  { name, role }: Extract<Change, { op: 'make_key' }>,
): Outcome {
  const shop = rowOf(tables.shops, id);
  const hash = hexOf(keyHash);
  const keep = (result: string): Outcome => ({ ...said(result), kept: true });
  if (keysOf(shop).length >= MOST_KEYS) return keep(refused('keys_full'));
  if (keysOf(shop).some(key => key.hash === hash)) return keep(refused('invalid_request'));
  const lastKey = shop.lastKey + 1;
  const keyId = `${id}.${lastKey}`;
  tables.shops.set(id, { ...shop, lastKey, moreKeys: [...shop.moreKeys, { keyId, name, role, hash }] });
  return keep(JSON.stringify({ ok: true, keyId }));
}

/** `revoke_key`. Nobody here revokes the key that the owner's call made. */
function revokeKey({ tables }: ModelDatabase, id: string, keyId: string): Outcome {
  const shop = rowOf(tables.shops, id);
  const moreKeys = shop.moreKeys.filter(key => key.keyId !== keyId);
  const isThere = moreKeys.length < shop.moreKeys.length;
  if (isThere) tables.shops.set(id, { ...shop, moreKeys });
  for (const row of tables.connections.values()) {
    if (isThere && row.state === 'bound' && row.role === 'shop' && row.shop === id && row.keyId === keyId)
      tables.connections.set(row.id, { ...row, keyVersion: 0 });
  }
  return { ...said(isThere ? '{"ok":true}' : refused('not_found')), kept: true };
}

function onShop(database: ModelDatabase, { shop: id, operation }: RunCommand): Outcome {
  const { tables, now } = database;
  const shop = rowOf(tables.shops, id);
  const dishes = menuAfter(shop.dishes, operation);
  if (typeof dishes === 'string') return { ...said(refused(dishes)), kept: true };
  tables.shops.set(id, {
    ...shop,
    dishes,
    version: shop.version + 1,
    ...openAfter(shop, operation, now()),
    ...hoursAfter(shop, operation, now()),
    later: operation.op === 'set_later' ? operation.later : shop.later,
    pickup: operation.op === 'set_fulfilment' ? operation.pickup : shop.pickup,
    autoAccept: operation.op === 'set_auto_accept' ? operation.autoAccept : shop.autoAccept,
    prepMinutes: operation.op === 'set_prep' ? operation.prepMinutes : shop.prepMinutes,
    busyMinutes: operation.op === 'set_busy' ? operation.busyMinutes : shop.busyMinutes,
  });
  if (['set_open', 'pause', 'set_hours'].includes(operation.op)) reckonWaits(database, id);
  return { ...said('{"ok":true}'), shopChanged: true, kept: true };
}

/** Whether the shop is open after a change, and until when it is paused. */
function openAfter({ open, pausedUntil }: ShopRow, change: Change, now: number): Pick<ShopRow, 'open' | 'pausedUntil'> {
  if (change.op === 'set_open') return { open: change.open, pausedUntil: undefined };
  if (change.op === 'pause') return { open: false, pausedUntil: now + change.minutes * MINUTE_MS };
  return { open, pausedUntil };
}

/** The hours after a change, and when the timer looks at them next. */
function hoursAfter(shop: ShopRow, change: Change, now: number): Pick<ShopRow, 'hours' | 'hoursChangeAt'> {
  if (change.op !== 'set_hours') return { hours: shop.hours, hoursChangeAt: shop.hoursChangeAt };
  const { hours } = change;
  const changeAt = nextChange({ ...shop, hours }, now) ?? now + WEEK_MS;
  return { hours, hoursChangeAt: isAlways(hours) ? undefined : changeAt };
}

/** The menu after a change, or the code of the refusal. */
export function menuAfter(dishes: readonly Dish[], change: Change): readonly Dish[] | string {
  const known = 'dish' in change && dishes.some(({ id }) => id === change.dish);
  switch (change.op) {
    case 'set_dish':
      if (!known) return 'not_found';
      return dishes.map(dish => (dish.id === change.dish ? { ...dish, available: change.available } : dish));
    case 'set_choice': {
      const { option, choice, available } = change;
      const isIt = (one: { id: string }) => one.id === choice;
      const group = dishes.find(({ id }) => id === change.dish)?.options?.find(({ id }) => id === option);
      if (group?.choices.some(isIt) !== true) return 'not_found';
      const put = { ...group, choices: group.choices.map(one => (isIt(one) ? { ...one, available } : one)) };
      return dishes.map(dish =>
        dish.options?.includes(group)
          ? { ...dish, options: dish.options.map(each => (each === group ? put : each)) }
          : dish,
      );
    }
    case 'remove_dish':
      return known ? dishes.filter(({ id }) => id !== change.dish) : 'not_found';
    case 'put_dish': {
      const { op: _, dish: id, ...rest } = change;
      const put = { id, ...rest } as Dish;
      const before = dishes.find(dish => dish.id === id);
      if (before?.category === rest.category) return dishes.map(dish => (dish === before ? put : dish));
      const others = dishes.filter(dish => dish !== before);
      if (others.length >= MAX_DISHES) return 'menu_full';
      const place = others.findLastIndex(({ category }) => category === rest.category) + 1 || others.length;
      return [...others.slice(0, place), put, ...others.slice(place)];
    }
    case 'order_dishes': {
      const ordered = change.dishes.flatMap(id => dishes.find(dish => dish.id === id) ?? []);
      const isWhole = new Set(ordered).size === dishes.length && change.dishes.length === dishes.length;
      return isWhole ? ordered : 'version_conflict';
    }
    case 'move_dish': {
      const { dish: moved, before } = change;
      const isBeforeKnown = before === undefined || dishes.some(({ id }) => id === before);
      return known && isBeforeKnown ? placeBefore(dishes, [moved], before) : 'not_found';
    }
    case 'move_category': {
      const { category, before } = change;
      const idsIn = (one: string) => dishes.flatMap(dish => (dish.category === one ? [dish.id] : []));
      const moved = idsIn(category);
      const first = before === undefined ? undefined : idsIn(before)[0];
      if (moved.length === 0 || (before !== undefined && first === undefined)) return 'not_found';
      return category === before ? dishes : placeBefore(dishes, moved, first);
    }
    case 'rename_category': {
      const { category, name } = change;
      if (!dishes.some(dish => dish.category === category)) return 'not_found';
      return dishes.map(dish => (dish.category === category ? { ...dish, category: name } : dish));
    }
    default:
      return dishes;
  }
}

/** The dishes with some of them directly before another, or at the end. */
function placeBefore(dishes: readonly Dish[], moved: readonly string[], before: string | undefined): readonly Dish[] {
  if (before !== undefined && moved.includes(before)) return dishes;
  const moving = dishes.filter(({ id }) => moved.includes(id));
  const others = dishes.filter(({ id }) => !moved.includes(id));
  const place = before === undefined ? others.length : others.findIndex(({ id }) => id === before);
  return [...others.slice(0, place), ...moving, ...others.slice(place)];
}

/** `claim_print`. */
function claimPrint({ tables }: ModelDatabase, { shop, connectionId }: RunCommand, order: string): string {
  const row = tables.orders.get(order.toLowerCase());
  const device = tables.connections.get(connectionId ?? '')?.device;
  if (row === undefined || row.order.shop !== shop) return refused('not_found');
  if (device === undefined) return refused('invalid_request');
  const holder = tables.printClaims.get(row.order.id) ?? device;
  tables.printClaims.set(row.order.id, holder);
  return holder === device ? '{"ok":true,"print":true}' : refused('already_claimed');
}

function onOrder(database: ModelDatabase, command: RunCommand): Outcome {
  const { shop, byCustomer, operation } = command;
  if (!('order' in operation)) throw new Error('not about an order');
  const { tables, now } = database;
  const row = tables.orders.get(operation.order.toLowerCase());
  const keep = (result: string): Outcome => ({ ...said(result), kept: true });
  if (operation.op === 'claim_print') return keep(claimPrint(database, command, operation.order));
  if (row === undefined || row.order.shop !== shop) return keep(refused('not_found'));
  const { status, version } = row.order;
  if (operation.op === 'remind') {
    if (mayBecome[status].length === 0) return keep(refused('invalid_transition', row.order));
    if (row.remindedAt !== undefined && row.remindedAt > now() - MINUTE_MS)
      return { ...said(refused('rate_limited')), kept: false };
    const reminded = { ...row, remindedAt: now() };
    tables.orders.set(row.order.id, reminded);
    return done(append(database, reminded, 'order.reminded', now()));
  }
  if (version !== operation.version) return keep(refused('version_conflict', row.order));
  const to = becomes[operation.op];
  if (!mayBecome[status].includes(to) || (byCustomer && status !== 'placed')) {
    return keep(refused('invalid_transition', row.order));
  }
  const prepMinutes = 'prepMinutes' in operation ? operation.prepMinutes : undefined;
  const reason = byCustomer ? 'customer_request' : 'reason' in operation ? (operation.reason ?? 'other') : null;
  const usual = rowOf(tables.shops, shop);
  return done(moveOrder(database, row, to, reason, prepMinutes ?? usual.prepMinutes + usual.busyMinutes));
}

/** With a refusal that was kept comes the order as it is now. */
function withOrder({ tables }: ModelDatabase, result: string, order: string): string {
  const { ok, error } = JSON.parse(result);
  const row = tables.orders.get(order.toLowerCase());
  return ok || row === undefined ? result : JSON.stringify({ ok, error, order: row.order });
}

function said(result: string): CommandOutcome {
  return { result, event: undefined, shopChanged: false };
}

function done(event: StoredEvent): Outcome {
  return { result: `{"ok":true,"order":${event.order}}`, event, shopChanged: false, kept: true };
}

function refused(code: string, order?: Order): string {
  return JSON.stringify({ ok: false, error: { code, message: code }, order });
}
