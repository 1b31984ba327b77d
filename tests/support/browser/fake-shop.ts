import { randomUUID } from 'node:crypto';
import { amountsOf } from '../../../functions/domain/amounts.ts';
import type {
  Answer,
  Change,
  Customer,
  Dish,
  EventType,
  Fulfilment,
  GivenDish,
  ListedKey,
  Operation,
  Order,
  OrderEvent,
  OrderStatus,
  Question,
  ResultFrame,
  Shop,
  ShopSettings,
} from '../../../functions/domain/frames.ts';
import { menuAfter } from '../../simulation/model-commands.ts';
import { fakeDay, fakeReport } from './fake-report.ts';

/** The body of `POST /bill`. */
export interface Bill {
  shop: string;
  items: {
    dish: string;
    quantity: number;
    note?: string;
    choices?: { option: string; choice: string; quantity?: number }[];
  }[];
  customer: Partial<Customer> & Pick<Customer, 'name' | 'phone'>;
  note?: string;
  fulfilment?: Fulfilment;
  wantedAt?: string;
  expectedTotalCents?: number;
}

/** What is told to whoever watches the shop. */
export interface FakeShopListener {
  onEvent(event: OrderEvent): void;
  onSettings(shop: ShopSettings): void;
}

/** One shop in memory, with the rules that a page can tell apart. Times are the machine's. */
export function fakeShop(id: string, listener: FakeShopListener) {
  const settings: ShopSettings = {
    id,
    name: id === 'shop1' ? '老王家常菜 Wang’s Kitchen' : `小店 ${id}`,
    currency: 'CNY',
    timeZone: 'Asia/Shanghai',
    open: true,
    pausedUntil: null,
    online: true,
    prepMinutes: 15,
    busyMinutes: 0,
    version: 1,
    autoAccept: false,
    acceptMinutes: 5,
    dishes: menu(),
  };
  const epoch = randomUUID();
  const log: OrderEvent[] = [];
  const orders = new Map<string, Order>();
  const tokens = new Map<string, string>();
  const bills = new Map<string, { body: string; order: string }>();
  const results = new Map<string, ResultFrame>();
  const acceptSeconds = new Map<string, number>();
  /** Of a menu that is on its way. */
  const parts: Extract<Change, { op: 'replace_menu' }>[] = [];
  const keys: ListedKey[] = [
    {
      keyId: `${id}.1`,
      name: '',
      role: 'manager',
      madeAt: '2025-01-01T00:00:00.000Z',
      lastSeenAt: new Date().toISOString(),
    },
  ];
  let lastKey = 1;
  /** By order, the device that prints it. */
  const claims = new Map<string, string>();

  function append(type: EventType, order: Order): Order {
    orders.set(order.id, order);
    const event: OrderEvent = { seq: log.length + 1, id: randomUUID(), type, at: order.updatedAt, order };
    log.push(event);
    listener.onEvent(event);
    return order;
  }

  function move(order: Order, type: EventType, part: Partial<Order>): Order {
    const acceptBy = null;
    return append(type, {
      ...order,
      acceptBy,
      ...part,
      version: order.version + 1,
      updatedAt: new Date().toISOString(),
    });
  }

  /** By when an order has to be accepted: one for later, at a shop that is closed, within so long of its opening. */
  function acceptBy(wantedAt: string | null, now: number): string {
    const { open, opensAt, acceptMinutes } = settings;
    const opening = Math.min(Date.parse(opensAt ?? wantedAt ?? ''), Date.parse(wantedAt ?? ''));
    return new Date((open || wantedAt === null ? now : opening) + acceptMinutes * 60_000).toISOString();
  }

  function changeSettings(part: Partial<ShopSettings>): void {
    Object.assign(settings, part, { version: settings.version + 1 });
    const now = Date.now();
    for (const order of orders.values()) {
      const { wantedAt, acceptBy: before } = order;
      if (wantedAt && before && Date.parse(before) - settings.acceptMinutes * 60_000 > now)
        orders.set(order.id, { ...order, acceptBy: acceptBy(wantedAt, now) });
    }
    listener.onSettings(settings);
  }

  function carryOut(change: Change, device: string): Outcome {
    if (!('order' in change)) return changeShop(change);
    const order = orders.get(change.order);
    if (order === undefined) return 'not_found';
    if (change.op === 'remind') {
      append('order.reminded', order);
      return { ok: true, order };
    }
    if (change.op === 'claim_print') {
      if (!claims.has(order.id)) claims.set(order.id, device);
      return claims.get(order.id) === device ? { ok: true, print: true } : 'already_claimed';
    }
    if (order.version !== change.version) return 'version_conflict';
    const step = steps[change.op];
    if (!step.from.includes(order.status)) return 'invalid_transition';
    if (change.op === 'accept') acceptSeconds.set(order.id, (Date.now() - Date.parse(order.placedAt)) / 1000);
    const usual = settings.prepMinutes + settings.busyMinutes;
    const minutes = change.op === 'accept' ? (change.prepMinutes ?? usual) : undefined;
    return {
      ok: true,
      order: move(order, step.type, {
        status: step.to,
        ...('reason' in change && change.reason !== undefined ? { reason: change.reason } : {}),
        ...(minutes === undefined ? {} : { readyAt: promised(order, minutes) }),
      }),
    };
  }

  function changeShop(change: Exclude<Change, { order: string }>): Outcome {
    const { dishes = [] } = settings;
    const known = 'dish' in change && dishes.some(({ id }) => id === change.dish);
    switch (change.op) {
      case 'set_open':
        changeSettings({ open: change.open, pausedUntil: null });
        break;
      case 'pause':
        changeSettings({ open: false, pausedUntil: new Date(Date.now() + change.minutes * 60_000).toISOString() });
        break;
      case 'set_auto_accept':
        changeSettings({ autoAccept: change.autoAccept });
        break;
      case 'set_prep':
        changeSettings({ prepMinutes: change.prepMinutes });
        break;
      case 'set_busy':
        changeSettings({ busyMinutes: change.busyMinutes });
        break;
      case 'set_dish':
        if (!known) return 'not_found';
        setDish(change.dish, { available: change.available });
        break;
      case 'put_dish': {
        const { op: _, dish: id, ...rest } = change;
        changeSettings({ dishes: withDish(dishes, wholeDish({ id, ...rest }, dishes)) });
        break;
      }
      case 'replace_menu': {
        const { upload, part, parts: count } = change;
        if (part === 1) parts.splice(0);
        if (part !== parts.length + 1 || parts.some(one => one.upload !== upload)) return 'version_conflict';
        parts.push(change);
        if (part < count) return { ok: true };
        changeSettings({ dishes: parts.flatMap(one => one.dishes).map(dish => wholeDish(dish, dishes)) });
        break;
      }
      case 'set_choice':
        if (!known) return 'not_found';
        setChoice(change.dish, change.option, change.choice, change.available);
        break;
      case 'set_hours':
        changeSettings({ hours: change.hours });
        break;
      case 'set_fulfilment':
        changeSettings({ pickup: change.pickup, delivery: change.delivery });
        break;
      case 'set_discounts':
        changeSettings({ discounts: change.discounts });
        break;
      case 'set_later':
        changeSettings({ later: change.later });
        break;
      case 'set_about':
        changeSettings({ about: change.about });
        break;
      case 'make_key': {
        const { name, role } = change;
        lastKey += 1;
        keys.push({ keyId: `${id}.${lastKey}`, name, role, madeAt: new Date().toISOString(), lastSeenAt: null });
        return { ok: true, keyId: `${id}.${lastKey}`, key: `key-${lastKey}-of-${id}`.padEnd(43, 'x') };
      }
      case 'revoke_key': {
        const found = keys.find(({ keyId }) => keyId === change.keyId);
        if (found === undefined) return 'not_found';
        if (keys.filter(({ role }) => role === 'manager').length === 1 && found.role === 'manager')
          return 'last_manager';
        keys.splice(keys.indexOf(found), 1);
        return { ok: true };
      }
      case 'remove_dish':
        if (!known) return 'not_found';
        changeSettings({ dishes: dishes.filter(({ id }) => id !== change.dish) });
        break;
      case 'order_dishes':
      case 'move_dish':
      case 'move_category':
      case 'rename_category': {
        const menu = menuAfter(dishes, change);
        if (typeof menu === 'string') return menu;
        changeSettings({ dishes: [...menu] });
      }
    }
    return { ok: true };
  }

  function answerTo(question: Question): Outcome {
    if (question.op === 'list_keys') return { ok: true, keys: [...keys] };
    const day = question.day ?? fakeDay(Date.now());
    const all = [...orders.values()].sort((a, b) => a.number - b.number);
    if (question.op === 'report') return { ok: true, report: fakeReport(day, all, acceptSeconds) };
    const { afterNumber = 0 } = question;
    const rest = all.filter(({ number, placedAt }) => number > afterNumber && fakeDay(placedAt) === day);
    const page = rest.slice(0, 50);
    const last = page.at(-1);
    const next = rest.length > page.length && last !== undefined ? { next: last.number } : {};
    return { ok: true, day, orders: page, ...next };
  }

  /** A refusal says how the order is. */
  function orderOf(operation: Operation): { order?: Order } {
    const order = 'order' in operation ? orders.get(operation.order) : undefined;
    return order === undefined ? {} : { order };
  }

  function setDish(dish: string, part: Partial<Omit<Dish, 'id'>>): void {
    changeSettings({ dishes: (settings.dishes ?? []).map(one => (one.id === dish ? { ...one, ...part } : one)) });
  }

  /** A choice is sold out, or there again. */
  function setChoice(dish: string, option: string, choice: string, available: boolean): void {
    const { options = [] } = settings.dishes?.find(({ id }) => id === dish) ?? {};
    const changed = options.map(one => ({
      ...one,
      choices: one.choices.map(each => (one.id === option && each.id === choice ? { ...each, available } : each)),
    }));
    setDish(dish, { options: changed });
  }

  return {
    epoch,
    log,
    orders,
    settings,
    keys,
    setDish,
    setChoice,
    changeSettings,
    head: () => log.length,
    openOrders: () => [...orders.values()].filter(({ status }) => ['placed', 'accepted', 'ready'].includes(status)),
    isToken: (order: string, token: string) => tokens.get(order) === token,

    asCustomersSeeIt(): Shop {
      const { autoAccept: _, acceptMinutes: __, dishes = [], ...shop } = settings;
      return { ...shop, dishes };
    },

    /** Places an order, as `bill` would; `minutesAgo` makes it an old one. */
    place(key: string, bill: Bill, minutesAgo = 0): { status: number; body: unknown } {
      const body = JSON.stringify(bill);
      const known = bills.get(key);
      if (known !== undefined) {
        if (known.body !== body) return refusal(422, 'idempotency_key_reused');
        return { status: 200, body: { order: orders.get(known.order), token: tokens.get(known.order) } };
      }
      if (!settings.open && bill.wantedAt === undefined) return refusal(409, 'shop_closed');
      const lines = bill.items.map(item => ({ item, dish: settings.dishes?.find(({ id }) => id === item.dish) }));
      if (lines.some(({ dish }) => dish === undefined || !dish.available)) return refusal(409, 'dish_unavailable');
      const items = lines.map(({ item: { dish, quantity, note, choices = [] }, dish: found }) => ({
        dish,
        name: found?.name ?? dish,
        priceCents: found?.priceCents ?? 0,
        quantity,
        note: note ?? null,
        ...(choices.length === 0 ? {} : { choices: choices.map(one => namedChoice(found, one)) }),
      }));
      const { fulfilment = { type: 'delivery' }, wantedAt = null } = bill;
      const priced = items.map((item, index) => ({ ...item, packagingCents: lines[index]?.dish?.packagingCents }));
      const amounts = amountsOf(priced, settings, fulfilment);
      const { totalCents } = amounts;
      if (bill.expectedTotalCents !== undefined && bill.expectedTotalCents !== totalCents)
        return refusal(409, 'price_changed');
      if (!/\d/.test(bill.customer.phone))
        return refusal(400, 'invalid_request', [{ path: 'customer.phone', message: 'no digit' }]);
      const placedAt = new Date(Date.now() - minutesAgo * 60_000).toISOString();
      const order: Order = {
        id: randomUUID(),
        number: orders.size + 1,
        shop: id,
        status: 'placed',
        version: 1,
        items,
        totalCents,
        currency: settings.currency,
        customer: { address: '', ...bill.customer },
        fulfilment: named(fulfilment, settings),
        amounts,
        wantedAt,
        acceptBy: acceptBy(wantedAt, Date.parse(placedAt)),
        note: bill.note ?? null,
        placedAt,
        updatedAt: placedAt,
        readyAt: null,
        reason: null,
      };
      const token = `${id}.${randomUUID()}`;
      tokens.set(order.id, token);
      bills.set(key, { body, order: order.id });
      append('order.placed', order);
      return { status: 201, body: { order, token } };
    },

    /** Carries a command of a device out, once per id; questions are answered anew. */
    command(commandId: string, operation: Operation, device = ''): ResultFrame {
      const isQuestion = operation.op === 'report' || operation.op === 'list_orders' || operation.op === 'list_keys';
      const known = isQuestion ? undefined : results.get(commandId);
      if (known !== undefined) return known;
      const outcome = isQuestion ? answerTo(operation) : carryOut(operation, device);
      const result: ResultFrame =
        typeof outcome === 'string'
          ? {
              type: 'result',
              id: commandId,
              ok: false,
              error: { code: outcome, message: outcome },
              ...orderOf(operation),
            }
          : { type: 'result', id: commandId, ...outcome };
      results.set(commandId, result);
      return result;
    },

    /** What the timer does when a pause is over. */
    endPause(): void {
      changeSettings({ open: true, pausedUntil: null });
    },

    /** What the system does when nobody accepts. */
    expire(order: Order): void {
      move(order, 'order.expired', { status: 'expired', reason: 'expired' });
    },
  };
}

export type FakeShop = ReturnType<typeof fakeShop>;

/** A result, or the code of the refusal. */
type Outcome = ({ ok: true; order?: Order } & Answer) | string;

/** A dish that takes the place of another: what is not said is usual, or as it was. */
function wholeDish(dish: GivenDish, dishes: readonly Dish[]): Dish {
  const before = dishes.find(({ id }) => id === dish.id);
  const { available = before?.available ?? true, category = '', options } = dish;
  const wasAvailable = (group: string, choice: string) =>
    before?.options?.find(({ id }) => id === group)?.choices.find(({ id }) => id === choice)?.available ?? true;
  const whole = options?.map(option => ({
    ...option,
    choices: option.choices.map(choice => ({ available: wasAvailable(option.id, choice.id), ...choice })),
  }));
  return { ...dish, category, available, ...(whole && { options: whole }) } as Dish;
}

/** The menu with a dish put at its place, or at the end of its category when it is new there. */
function withDish(dishes: Dish[], dish: Dish): Dish[] {
  const before = dishes.find(({ id }) => id === dish.id);
  if (before?.category === dish.category) return dishes.map(one => (one.id === dish.id ? dish : one));
  const others = dishes.filter(({ id }) => id !== dish.id);
  const place = others.findLastIndex(({ category }) => category === dish.category) + 1 || others.length;
  return [...others.slice(0, place), dish, ...others.slice(place)];
}

function named(fulfilment: Fulfilment, { delivery }: ShopSettings): Fulfilment {
  if (fulfilment.type === 'pickup' || fulfilment.area === undefined) return fulfilment;
  const area = delivery?.areas.find(({ id }) => id === fulfilment.area);
  return { ...fulfilment, areaName: area?.name ?? fulfilment.area };
}

function namedChoice(dish: Dish | undefined, chosen: { option: string; choice: string; quantity?: number }) {
  const { option, choice, quantity = 1 } = chosen;
  const found = dish?.options?.find(({ id }) => id === option)?.choices.find(({ id }) => id === choice);
  return { option, choice, quantity, name: found?.name ?? choice, priceCents: found?.priceCents ?? 0 };
}

/** When an order that is accepted now will be ready: one for later not before its time. */
function promised({ wantedAt }: Order, minutes: number): string {
  return new Date(Math.max(Date.now() + minutes * 60_000, Date.parse(wantedAt ?? '') || 0)).toISOString();
}

type Step = { from: OrderStatus[]; to: OrderStatus; type: EventType };

const steps: Readonly<Record<'accept' | 'reject' | 'ready' | 'complete' | 'cancel', Step>> = {
  accept: { from: ['placed'], to: 'accepted', type: 'order.accepted' },
  reject: { from: ['placed'], to: 'rejected', type: 'order.rejected' },
  ready: { from: ['accepted'], to: 'ready', type: 'order.ready' },
  complete: { from: ['accepted', 'ready'], to: 'completed', type: 'order.completed' },
  cancel: { from: ['placed', 'accepted', 'ready'], to: 'cancelled', type: 'order.cancelled' },
};

function refusal(status: number, code: string, fields?: { path: string; message: string }[]) {
  return { status, body: { error: { code, message: code, ...(fields === undefined ? {} : { fields }) } } };
}

function menu() {
  const dish = (id: string, name: string, category: string, priceCents: number, available = true) => ({
    id,
    name,
    category,
    priceCents,
    available,
  });
  return [
    dish('mapo', '麻婆豆腐 Mapo tofu', '热菜 Mains', 2200),
    dish('kungpao', '宫保鸡丁 Kung pao chicken', '热菜 Mains', 3200),
    dish('fish', '清蒸鲈鱼 Steamed sea bass', '热菜 Mains', 6800, false),
    dish('egg', '番茄炒蛋 Tomato and egg', '热菜 Mains', 1800),
    dish('rice', '米饭 Rice', '主食 Staples', 200),
    dish('noodles', '葱油拌面 Scallion noodles', '主食 Staples', 1500),
    dish('soup', '紫菜蛋花汤 Seaweed soup', '汤 Soups', 900),
    dish('tea', '酸梅汤 Plum tea', '饮料 Drinks', 600),
  ];
}
