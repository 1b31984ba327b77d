import type {
  ClientFrame,
  CommandFrame,
  Cursor,
  EventType,
  Order,
  OrderEvent,
  OrderStatus,
  ResultFrame,
  ServerFrame,
  ShopSettings,
} from '../../functions/domain/frames.ts';

/** Small, so that short runs page. */
const PAGE = 3;

interface World {
  epoch: string;
  /** Index 0 is seq 1. */
  log: OrderEvent[];
  /** Events up to this seq are no longer kept. */
  cut: number;
  orders: Map<string, Order>;
  results: Map<string, ResultFrame>;
}

interface Screen {
  pageEnd: number | undefined;
  acked: number;
}

/** A push on its way to a connection. */
export interface Push {
  connection: number;
  frame: ServerFrame;
}

/**
 * The rules of the stream for one shop, as small as they can be said: a log, an epoch, paging, commands. Every call
 * gives the pushes that it causes, in order; losing, doubling and delaying them is the caller's part.
 */
export function modelShop() {
  let world: World = { epoch: 'epoch-1', log: [], cut: 0, orders: new Map(), results: new Map() };
  let made = 0;
  let shopVersion = 1;
  const screens = new Map<number, Screen>();
  /** How often each command id was carried out. */
  const carriedOut = new Map<string, number>();

  const head = () => world.log.length;
  const settings = (): ShopSettings => ({
    id: 'shop1',
    name: 'Shop',
    currency: 'CNY',
    timeZone: 'Asia/Shanghai',
    open: true,
    pausedUntil: null,
    online: true,
    prepMinutes: 15,
    busyMinutes: 0,
    dishes: [],
    version: shopVersion,
    autoAccept: false,
    acceptMinutes: 5,
  });

  function append(type: EventType, order: Order): Push[] {
    made += 1;
    world.orders.set(order.id, order);
    const event: OrderEvent = { seq: head() + 1, id: `event-${made}`, type, at: order.updatedAt, order };
    world.log.push(event);
    return [...screens.keys()].map(connection => ({
      connection,
      frame: { type: 'events', epoch: world.epoch, events: [event], head: event.seq, more: false },
    }));
  }

  function page(connection: number, screen: Screen, after: number): Push[] {
    const events = world.log.slice(after, after + PAGE);
    const end = events.at(-1)?.seq;
    const more = end !== undefined && end < head();
    screen.pageEnd = more ? end : undefined;
    if (events.length === 0) return [];
    return [{ connection, frame: { type: 'events', epoch: world.epoch, events, head: head(), more } }];
  }

  function snapshot(connection: number, screen: Screen): Push[] {
    screen.pageEnd = undefined;
    screen.acked = 0;
    const open = openOrders();
    const lastId = world.log.at(-1)?.id;
    const count = Math.max(1, Math.ceil(open.length / PAGE));
    return Array.from({ length: count }, (_, index) => ({
      connection,
      frame: {
        type: 'snapshot',
        epoch: world.epoch,
        head: head(),
        index,
        orders: open.slice(index * PAGE, (index + 1) * PAGE),
        more: index < count - 1,
        ...(lastId === undefined ? {} : { lastId }),
      },
    }));
  }

  function canResume({ epoch, after, lastId }: Partial<Cursor>): boolean {
    if (epoch !== world.epoch || after === undefined || after > head() || after < world.cut) return false;
    return after === 0 || lastId === undefined || world.log[after - 1]?.id === lastId;
  }

  function hello(connection: number, cursor: Partial<Cursor>): Push[] {
    const screen: Screen = { pageEnd: undefined, acked: cursor.after ?? 0 };
    screens.set(connection, screen);
    const resumed = canResume(cursor);
    const welcome: Push = {
      connection,
      frame: {
        type: 'welcome',
        role: 'shop',
        epoch: world.epoch,
        head: head(),
        resumed,
        pingSeconds: 240,
        shop: settings(),
      },
    };
    return [welcome, ...(resumed ? page(connection, screen, cursor.after ?? 0) : snapshot(connection, screen))];
  }

  function ping(connection: number, screen: Screen, cursor: Partial<Cursor>): Push[] {
    if (!canResume(cursor)) return snapshot(connection, screen);
    screen.acked = Math.max(screen.acked, cursor.after ?? 0);
    const pong: ServerFrame = { type: 'pong', epoch: world.epoch, head: head(), shopVersion };
    return [{ connection, frame: pong }, ...page(connection, screen, cursor.after ?? 0)];
  }

  function ack(connection: number, screen: Screen, seq: number): Push[] {
    if (seq > head()) return refuse(connection, 'protocol_error');
    screen.acked = Math.max(screen.acked, seq);
    if (screen.pageEnd === undefined || seq < screen.pageEnd) return [];
    return screen.pageEnd < world.cut ? snapshot(connection, screen) : page(connection, screen, seq);
  }

  function command(connection: number, frame: CommandFrame): Push[] {
    const known = world.results.get(frame.id);
    if (known !== undefined) return [{ connection, frame: known }];
    carriedOut.set(frame.id, (carriedOut.get(frame.id) ?? 0) + 1);
    if (frame.op !== 'accept') throw new Error(`the model does not know ${frame.op}`);
    const order = world.orders.get(frame.order);
    let result: ResultFrame;
    let live: Push[] = [];
    if (order === undefined)
      result = { type: 'result', id: frame.id, ok: false, error: { code: 'not_found', message: '' } };
    else if (order.status !== 'placed' || order.version !== frame.version)
      result = { type: 'result', id: frame.id, ok: false, error: { code: 'version_conflict', message: '' }, order };
    else {
      const accepted: Order = { ...order, status: 'accepted', version: order.version + 1 };
      live = append('order.accepted', accepted);
      result = { type: 'result', id: frame.id, ok: true, order: accepted };
    }
    world.results.set(frame.id, result);
    return [{ connection, frame: result }, ...live];
  }

  function refuse(connection: number, code: string): Push[] {
    screens.delete(connection);
    return [{ connection, frame: { type: 'error', error: { code, message: '' } } }];
  }

  function openOrders(): Order[] {
    return [...world.orders.values()].filter(order => ['placed', 'accepted', 'ready'].includes(order.status));
  }

  return {
    head,
    epoch: () => world.epoch,
    idAt: (seq: number) => world.log[seq - 1]?.id,
    openOrders,
    carriedOut,

    place(): Push[] {
      made += 1;
      return append('order.placed', modelOrder(`order-${made}`, made));
    },

    /** Moves the oldest open order one step on. */
    advance(): Push[] {
      const [order] = openOrders();
      if (order === undefined) return [];
      const [type, status]: [EventType, OrderStatus] =
        order.status === 'placed'
          ? ['order.accepted', 'accepted']
          : order.status === 'accepted'
            ? ['order.ready', 'ready']
            : ['order.completed', 'completed'];
      return append(type, { ...order, status, version: order.version + 1 });
    },

    changeSettings(): void {
      shopVersion += 1; // its push is lost: only a pong tells
    },

    /** What the timer function does: whoever lacks an ack gets the next page again. */
    redeliver(): Push[] {
      return [...screens].flatMap(([connection, screen]) =>
        screen.acked < head() && screen.acked >= world.cut ? page(connection, screen, screen.acked) : [],
      );
    },

    backup(): World {
      return structuredClone(world);
    },

    restore(backup: World, newEpoch: boolean): void {
      world = structuredClone(backup);
      if (newEpoch) {
        made += 1;
        world.epoch = `epoch-${made}`;
      } else screens.clear(); // the rows of the connections come from the backup too
    },

    cutLog(): void {
      world.cut = head();
    },

    receive(connection: number, frame: ClientFrame): Push[] {
      if (frame.type === 'hello') return frame.role === 'shop' ? hello(connection, frame) : [];
      const screen = screens.get(connection);
      if (screen === undefined) return refuse(connection, 'hello_required');
      if (frame.type === 'ping') return ping(connection, screen, frame);
      if (frame.type === 'ack') return ack(connection, screen, frame.seq);
      return [
        ...(frame.after === undefined ? [] : ack(connection, screen, frame.after)),
        ...command(connection, frame),
      ];
    },

    close(connection: number): void {
      screens.delete(connection);
    },
  };
}

export type ModelShop = ReturnType<typeof modelShop>;

/** An order as a shop sees it, placed. */
export function modelOrder(id: string, number = 1): Order {
  return {
    id,
    number,
    shop: 'shop1',
    status: 'placed',
    version: 1,
    items: [{ dish: 'rice', name: 'Rice', priceCents: 100, quantity: 2, note: null }],
    totalCents: 200,
    currency: 'CNY',
    customer: { name: 'Li', phone: '123', address: 'Street 1' },
    note: null,
    placedAt: '2030-01-01T00:00:00.000Z',
    updatedAt: '2030-01-01T00:00:00.000Z',
    readyAt: null,
    reason: null,
  };
}
