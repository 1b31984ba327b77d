import type { Models } from './models.ts';
import { type ModelDatabase, rowOf } from './tables.ts';

/** Ways of getting it wrong, each of which the simulation has to notice. */
export const naiveModels: Record<string, (models: Models, database: ModelDatabase) => Partial<Models>> = {
  'a key that is forgotten': ({ orders }, { tables, random }) => ({
    orders: {
      ...orders,
      place(order) {
        if (random.chance(0.5)) tables.keys.delete(`${order.request.shop} ${order.key.toLowerCase()}`);
        return orders.place(order);
      },
    },
  }),
  'an order that is acknowledged and not stored': ({ orders }, { tables }) => ({
    orders: {
      ...orders,
      place(order) {
        const placement = orders.place(order);
        tables.orders.delete(placement.orderId);
        return placement;
      },
    },
  }),
  'a log with gaps': ({ orders }, { tables, random }) => ({
    orders: {
      ...orders,
      place(order) {
        const { shop } = order.request;
        const stream = rowOf(tables.streams, shop);
        if (random.chance(0.05)) tables.streams.set(shop, { ...stream, head: stream.head + 1 });
        return orders.place(order);
      },
    },
  }),
  'commands that are not kept': ({ commands }, { tables }) => ({
    commands: {
      ...commands,
      run(command) {
        tables.commands.delete(`${command.scope} ${command.id}`);
        return commands.run(command);
      },
    },
  }),
  'cursors that are never checked': ({ subscriptions }) => ({
    subscriptions: {
      ...subscriptions,
      touch(id, cursor) {
        const touched = subscriptions.touch(id, cursor);
        return touched.state === 'shop' && touched.cursor === 'lost' ? { ...touched, cursor: 'kept' } : touched;
      },
    },
  }),
  'snapshots that lack the newest order': ({ streams }) => ({
    streams: {
      ...streams,
      openOrders: shop => ({ ...streams.openOrders(shop), orders: streams.openOrders(shop).orders.slice(0, -1) }),
    },
  }),
  'pages that leave an event out and number the others anew': ({ streams }) => ({
    streams: {
      ...streams,
      page(shop, after, limit) {
        const events = streams.page(shop, after, limit).filter((_, index) => index !== 1);
        return events.map((event, index) => ({ ...event, seq: after + 1 + index }));
      },
    },
  }),
  'pushes to the screens of every shop': ({ subscriptions }, { tables }) => ({
    subscriptions: {
      ...subscriptions,
      screensOf: () => [...tables.shops.keys()].flatMap(shop => subscriptions.screensOf(shop)),
    },
  }),
  'pushes to screens whose key was changed': ({ subscriptions, installation, redelivery }, { tables }) => ({
    installation: {
      ...installation,
      rotateKey(shop, hash) {
        const screens = new Map(tables.connections);
        installation.rotateKey(shop, hash);
        for (const [id, row] of screens) tables.connections.set(id, row);
        return [];
      },
    },
    redelivery: { ...redelivery, closeStale: () => [] },
    subscriptions: {
      ...subscriptions,
      screensOf: shop =>
        [...tables.connections.values()].filter(row => row.shop === shop && row.state === 'bound').map(({ id }) => id),
    },
  }),
  'nothing that is ever pushed again': ({ redelivery }) => ({ redelivery: { ...redelivery, claimOverdue: () => [] } }),
  'orders that never expire': ({ redelivery }) => ({ redelivery: { ...redelivery, expireOrders: () => [] } }),
  'nobody called when an order reaches no screen': ({ redelivery }) => ({
    redelivery: { ...redelivery, escalate: () => [] },
  }),
  'connections that are forgotten at once': ({ connections }, { tables, random }) => ({
    connections: {
      ...connections,
      add(connection) {
        const outcome = connections.add(connection);
        if (random.chance(0.1)) for (const id of tables.connections.keys()) connections.remove(id);
        return outcome;
      },
    },
  }),
  'acknowledgements that are not kept': ({ subscriptions }, { tables }) => ({
    subscriptions: {
      ...subscriptions,
      touch(id, cursor) {
        const before = tables.connections.get(id);
        const touched = subscriptions.touch(id, cursor);
        if (before !== undefined)
          tables.connections.set(id, { ...rowOf(tables.connections, id), ackedSeq: before.ackedSeq });
        return touched;
      },
    },
  }),
  'a display that is taken for a manager': ({ subscriptions }) => ({
    subscriptions: {
      ...subscriptions,
      touch(id, cursor) {
        const touched = subscriptions.touch(id, cursor);
        return touched.state === 'shop' ? { ...touched, role: 'manager' } : touched;
      },
    },
  }),
  'a slot that has a place too many': ({ orders }, { tables }) => ({
    orders: {
      ...orders,
      place(order) {
        const shop = tables.shops.get(order.request.shop);
        if (shop?.later) tables.shops.set(shop.id, { ...shop, later: { ...shop.later, perSlot: 2 } });
        return orders.place(order);
      },
    },
  }),
  'a closed shop that takes orders': ({ orders }, { tables }) => ({
    orders: {
      ...orders,
      place(order) {
        const shop = tables.shops.get(order.request.shop);
        if (shop === undefined) return orders.place(order);
        const week = Array.from({ length: 7 }, () => []);
        tables.shops.set(shop.id, { ...shop, open: true, hours: { week, exceptions: [] } });
        try {
          return orders.place(order);
        } finally {
          const { open, hours } = shop;
          tables.shops.set(shop.id, { ...rowOf(tables.shops, shop.id), open, hours });
        }
      },
    },
  }),
  'choices that cost nothing': ({ orders }, { tables }) => ({
    orders: {
      ...orders,
      place(order) {
        const shop = tables.shops.get(order.request.shop);
        if (shop === undefined) return orders.place(order);
        const free = shop.dishes.map(dish => ({
          ...dish,
          options: (dish.options ?? []).map(option => ({
            ...option,
            choices: option.choices.map(choice => ({ ...choice, priceCents: 0 })),
          })),
        }));
        tables.shops.set(shop.id, { ...shop, dishes: free });
        return orders.place(order);
      },
    },
  }),
  'a link that is not read-only': ({ subscriptions }) => ({
    subscriptions: {
      ...subscriptions,
      followOrder: follower => subscriptions.followOrder({ ...follower, isReadOnly: false }),
    },
  }),
  'a key that is revoked, and tells on': ({ commands }) => ({
    commands: {
      ...commands,
      run: command =>
        command.operation.op === 'revoke_key'
          ? { result: '{"ok":true}', event: undefined, shopChanged: false }
          : commands.run(command),
    },
  }),
};
