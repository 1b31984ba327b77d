import type { Change, Dish, Order, OrderStatus } from '../../functions/domain/frames.ts';
import { MAX_DISHES } from '../../functions/domain/menu.ts';
import type { CommandOutcome, Commands, RunCommand, StoredEvent } from '../../functions/domain/ports.ts';
import type { Sync } from './invocation.ts';
import { append, moveOrder } from './model-orders.ts';
import { hexOf, type ModelDatabase, rowOf } from './tables.ts';

const MINUTE_MS = 60_000;

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
        return said(operation.op === 'claim_print' ? claimPrint(database, command, operation.order) : known.outcome);
      }
      const outcome = 'order' in command.operation ? onOrder(database, command) : onShop(database, command);
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

function onShop({ tables }: ModelDatabase, { shop: id, operation }: RunCommand): Outcome {
  const shop = rowOf(tables.shops, id);
  const dishes = menuAfter(shop.dishes, operation);
  if (typeof dishes === 'string') return { ...said(refused(dishes)), kept: true };
  tables.shops.set(id, {
    ...shop,
    dishes,
    version: shop.version + 1,
    open: operation.op === 'set_open' ? operation.open : shop.open,
    autoAccept: operation.op === 'set_auto_accept' ? operation.autoAccept : shop.autoAccept,
    prepMinutes: operation.op === 'set_prep' ? operation.prepMinutes : shop.prepMinutes,
    busyMinutes: operation.op === 'set_busy' ? operation.busyMinutes : shop.busyMinutes,
  });
  return { ...said('{"ok":true}'), shopChanged: true, kept: true };
}

/** The menu after a change, or the code of the refusal. */
function menuAfter(dishes: readonly Dish[], change: Change): readonly Dish[] | string {
  const known = 'dish' in change && dishes.some(({ id }) => id === change.dish);
  switch (change.op) {
    case 'set_dish':
      if (!known) return 'not_found';
      return dishes.map(dish => (dish.id === change.dish ? { ...dish, available: change.available } : dish));
    case 'remove_dish':
      return known ? dishes.filter(({ id }) => id !== change.dish) : 'not_found';
    case 'put_dish': {
      const { op: _, dish: id, ...rest } = change;
      const before = dishes.find(dish => dish.id === id);
      if (before?.category === rest.category) return dishes.map(dish => (dish === before ? { id, ...rest } : dish));
      const others = dishes.filter(dish => dish !== before);
      if (others.length >= MAX_DISHES) return 'menu_full';
      const place = others.findLastIndex(({ category }) => category === rest.category) + 1 || others.length;
      return [...others.slice(0, place), { id, ...rest }, ...others.slice(place)];
    }
    case 'order_dishes': {
      const ordered = change.dishes.flatMap(id => dishes.find(dish => dish.id === id) ?? []);
      const isWhole = new Set(ordered).size === dishes.length && change.dishes.length === dishes.length;
      return isWhole ? ordered : 'version_conflict';
    }
    default:
      return dishes;
  }
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

function said(result: string): CommandOutcome {
  return { result, event: undefined, shopChanged: false };
}

function done(event: StoredEvent): Outcome {
  return { result: `{"ok":true,"order":${event.order}}`, event, shopChanged: false, kept: true };
}

function refused(code: string, order?: Order): string {
  return JSON.stringify({ ok: false, error: { code, message: code }, order });
}
