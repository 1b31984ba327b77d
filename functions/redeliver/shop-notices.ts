import type { Log, LogLevel } from '../../apigateway/log.ts';

/** So long what befalls a shop's orders is counted together, milliseconds. */
const EVERY_MS = 600_000;

/** What has befallen an order, and should be known to whoever runs this. `fields` are those of the first one in a line. */
export interface OrderNotice {
  level: LogLevel;
  event: string;
  shop: string;
  fields: Readonly<Record<string, string | number | boolean | undefined>>;
}

/** Tells of orders, a line for each shop. */
export interface ShopNotices {
  note(notice: OrderNotice): void;
  /** Writes what is due: at the end of each run. */
  tell(): void;
}

/**
 * Whoever orders could cause a line for each order at a shop without a screen. So the first run that has something to tell
 * of a shop does so at once, in one line; what follows within ten minutes stands in one line after them. `orders` says how
 * many it is about. What a process has not said when it ends stands in the database alone, in `escalations`.
 */
export function createShopNotices(log: Log, now = () => performance.now(), everyMs = EVERY_MS): ShopNotices {
  const kept = new Map<string, OrderNotice & { orders: number; toldAt: number }>();

  return {
    note(notice) {
      const key = `${notice.event} ${notice.shop}`;
      const before = kept.get(key);
      if (before === undefined || before.orders === 0)
        kept.set(key, { ...notice, orders: 1, toldAt: before?.toldAt ?? Number.NEGATIVE_INFINITY });
      else before.orders += 1;
    },
    tell() {
      for (const [key, { level, event, shop, fields, orders, toldAt }] of kept) {
        if (now() - toldAt < everyMs) continue;
        kept.delete(key);
        if (orders === 0) continue;
        log(level, event, { shop, orders, ...fields });
        kept.set(key, { level, event, shop, fields, orders: 0, toldAt: now() });
      }
    },
  };
}
