import { randomUUID } from 'node:crypto';
import type {
  Customer,
  EventType,
  Operation,
  Order,
  OrderEvent,
  OrderStatus,
  ResultFrame,
  Shop,
  ShopSettings,
} from '../../functions/domain/frames.ts';

/** The body of `POST /bill`. */
export interface Bill {
  shop: string;
  items: { dish: string; quantity: number; note?: string }[];
  customer: Customer;
  note?: string;
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
    open: true,
    online: true,
    prepMinutes: 15,
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

  function append(type: EventType, order: Order): Order {
    orders.set(order.id, order);
    const event: OrderEvent = { seq: log.length + 1, id: randomUUID(), type, at: order.updatedAt, order };
    log.push(event);
    listener.onEvent(event);
    return order;
  }

  function move(order: Order, type: EventType, part: Partial<Order>): Order {
    return append(type, { ...order, ...part, version: order.version + 1, updatedAt: new Date().toISOString() });
  }

  function changeSettings(part: Partial<ShopSettings>): void {
    Object.assign(settings, part, { version: settings.version + 1 });
    listener.onSettings(settings);
  }

  function carryOut(operation: Operation): Omit<Extract<ResultFrame, { ok: true }>, 'type' | 'id'> | string {
    if (!('order' in operation)) {
      if (operation.op === 'set_open') changeSettings({ open: operation.open });
      if (operation.op === 'set_auto_accept') changeSettings({ autoAccept: operation.autoAccept });
      if (operation.op === 'set_prep') changeSettings({ prepMinutes: operation.prepMinutes });
      if (operation.op === 'set_dish') setDish(operation.dish, { available: operation.available });
      return { ok: true };
    }
    const order = orders.get(operation.order);
    if (order === undefined) return 'not_found';
    if (operation.op === 'remind') {
      append('order.reminded', order);
      return { ok: true, order };
    }
    if (order.version !== operation.version) return 'version_conflict';
    const step = steps[operation.op];
    if (!step.from.includes(order.status)) return 'invalid_transition';
    const minutes = operation.op === 'accept' ? (operation.prepMinutes ?? settings.prepMinutes) : undefined;
    return {
      ok: true,
      order: move(order, step.type, {
        status: step.to,
        ...('reason' in operation && operation.reason !== undefined ? { reason: operation.reason } : {}),
        ...(minutes === undefined ? {} : { readyAt: new Date(Date.now() + minutes * 60_000).toISOString() }),
      }),
    };
  }

  function setDish(dish: string, part: { available?: boolean; priceCents?: number }): void {
    changeSettings({ dishes: (settings.dishes ?? []).map(one => (one.id === dish ? { ...one, ...part } : one)) });
  }

  return {
    epoch,
    log,
    orders,
    settings,
    setDish,
    changeSettings,
    head: () => log.length,
    openOrders: () => [...orders.values()].filter(({ status }) => ['placed', 'accepted', 'ready'].includes(status)),
    isToken: (order: string, token: string) => tokens.get(order) === token,

    asCustomersSeeIt(): Shop {
      const { version: _, autoAccept: __, acceptMinutes: ___, dishes = [], ...shop } = settings;
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
      if (!settings.open) return refusal(409, 'shop_closed');
      const lines = bill.items.map(item => ({ item, dish: settings.dishes?.find(({ id }) => id === item.dish) }));
      if (lines.some(({ dish }) => dish === undefined || !dish.available)) return refusal(409, 'dish_unavailable');
      const items = lines.map(({ item: { dish, quantity, note }, dish: found }) => ({
        dish,
        name: found?.name ?? dish,
        priceCents: found?.priceCents ?? 0,
        quantity,
        note: note ?? null,
      }));
      const totalCents = items.reduce((sum, { priceCents, quantity }) => sum + priceCents * quantity, 0);
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
        customer: bill.customer,
        note: bill.note ?? null,
        placedAt,
        updatedAt: placedAt,
        readyAt: null,
        reason: null,
      };
      const token = randomUUID();
      tokens.set(order.id, token);
      bills.set(key, { body, order: order.id });
      append('order.placed', order);
      return { status: 201, body: { order, token } };
    },

    /** Carries a command out, once per id. */
    command(commandId: string, operation: Operation): ResultFrame {
      const known = results.get(commandId);
      if (known !== undefined) return known;
      const outcome = carryOut(operation);
      const result: ResultFrame =
        typeof outcome === 'string'
          ? { type: 'result', id: commandId, ok: false, error: { code: outcome, message: outcome } }
          : { type: 'result', id: commandId, ...outcome };
      results.set(commandId, result);
      return result;
    },

    /** What the system does when nobody accepts. */
    expire(order: Order): void {
      move(order, 'order.expired', { status: 'expired', reason: 'expired' });
    },
  };
}

export type FakeShop = ReturnType<typeof fakeShop>;

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
