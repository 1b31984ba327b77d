import { setTimeout as sleep } from 'node:timers/promises';
import { pick } from '../random.ts';
import { PATIENCE_MS } from '../until.ts';
import type { BreakableSystem } from './breakable-system.ts';
import { checkHistory } from './check-history.ts';
import { type Front, type Placement, placeOrder, type Try, tryOrder, type Wish } from './customer.ts';
import type { OrderRecord, Report, Selling } from './history.ts';
import { openScreen, type Screen } from './screen.ts';
import { readLater, readTables } from './tables.ts';
import { untilTables } from './until-tables.ts';

/** As much of a system as a test in it needs. */
export interface TrialSystem extends Pick<BreakableSystem, 'url' | 'webSocketUrl' | 'newShops' | 'ending' | 'heal'> {
  postgres: Pick<BreakableSystem['postgres'], 'pool'>;
}

/** One test in a system: shops, screens and customers of its own, and the history of all of them. */
export interface Trial {
  shops: string[];
  keys: Record<string, string>;
  screens: Screen[];
  records: OrderRecord[];
  /** Opens another screen of a shop, with its first key unless another is given. */
  openScreen(shop: string, key?: string): Screen;
  /** A customer who does not give up. `path` chooses the bill host. */
  place(wish: Wish, path?: string): Promise<Placement>;
  /** Puts somebody between the customers and the gateway who may answer instead; without, nobody. */
  setFront(front?: Front): void;
  /** One try, and its answer. */
  tryOnce(wish: Wish, path?: string): Promise<Try>;
  /** Customers who order one after the other, each in any shop, until they are stopped; the stop waits for their answers. */
  startWriters(options: { count: number; pauseMs: number; paths?: string[]; wishFor?: (shop: string) => Wish }): {
    stop(): Promise<void>;
  };
  /** Orders that were answered 2xx so far. */
  placed(): number;
  /** Every screen has come to the head, and the database knows. Gives the milliseconds it took. Throws after `withinMs`. */
  drain(withinMs: number): Promise<number>;
  /**
   * Heals the system, drains, ends the screens and compares. The report is for the test to look at. `healedAt` is for
   * who has healed the system before, since milliseconds of 1970.
   */
  finish(given?: { healedAt?: number; selling?: Selling }): Promise<Report>;
}

/** What a test starts with. */
export interface TrialOptions {
  /** How many shops to make, with a menu of rice and egg; or the keys of those that were made before. */
  shops?: number | Record<string, string>;
  screensPerShop?: number;
  /** Scales every wait of full jitter, so that a test need not wait as long as a crowd should. */
  jitter?: number;
  random?: () => number;
  prices?: Record<string, number[]>;
  /** Where each screen finds the gateway, asked once for each: directly, unless given. */
  screenUrl?: () => string;
  /** I7: how long an order may take to a screen after the healing. */
  onScreenWithinMs?: number;
}

/** Begins a test: makes its shops and opens their screens, and waits until they are welcomed. */
export async function startTrial(world: TrialSystem, options: TrialOptions = {}): Promise<Trial> {
  const {
    jitter = 0.1,
    random = Math.random,
    onScreenWithinMs = 30_000,
    screenUrl = () => world.webSocketUrl,
  } = options;
  const { shops: given = 1 } = options;
  const keys = typeof given === 'number' ? await world.newShops(given) : given;
  const shops = Object.keys(keys);
  const records: OrderRecord[] = [];
  const screens: Screen[] = [];
  let front: Front | undefined;
  const wait = () => random() * jitter;

  function open(shop: string, key = keys[shop] ?? ''): Screen {
    const screen = openScreen({ url: screenUrl(), shop, key, random: wait });
    screens.push(screen);
    world.ending.addEventListener('abort', screen.end);
    return screen;
  }

  function place(wish: Wish, path = '/bill'): Promise<Placement> {
    const through: Front = send => (front === undefined ? send() : front(send));
    return placeOrder(wish, { url: world.url + path, records, random: wait, ending: world.ending, front: through });
  }

  async function drain(withinMs: number): Promise<number> {
    const from = Date.now();
    await untilNone(isBehind, withinMs);
    const caughtUpMs = Date.now() - from;
    // What is no new order is acked within 25 s: nobody wants to wait for that. Again and again, since orders that expire
    // meanwhile raise the head.
    const wakeAll = () => {
      for (const screen of screens) screen.wake();
    };
    wakeAll();
    const waking = setInterval(wakeAll, 2_000);
    try {
      await untilNone(isNotKnown, withinMs);
    } finally {
      clearInterval(waking);
    }
    return caughtUpMs;
  }

  async function untilNone(open: (logs: StreamRow[]) => string | undefined, withinMs: number): Promise<void> {
    for (const giveUpAt = Date.now() + withinMs; ; await sleep(50)) {
      const { rows } = await world.postgres.pool.query<StreamRow>(STREAMS, [shops]);
      const left = open(rows);
      if (left === undefined) return;
      if (Date.now() > giveUpAt) throw new Error(`not drained after ${withinMs} ms: ${left}`);
    }
  }

  /** A screen that has not come to the head yet, in words. */
  function isBehind(streams: StreamRow[]): string | undefined {
    for (const { shop, head } of streams) {
      for (const { log, state } of liveScreens(shop)) {
        const { cursor, mode, link } = state();
        if (mode !== 'log' || cursor?.after !== head)
          return `${log.name}, ${link.phase}, is at ${cursor?.after} of ${head}`;
      }
    }
    return undefined;
  }

  /** A shop of whose screens the database does not know that they are at the head. */
  function isNotKnown(streams: StreamRow[]): string | undefined {
    for (const { shop, head, acked } of streams) {
      const known = acked.filter(seq => seq === head).length;
      const live = liveScreens(shop).length;
      if (known < live) return `${known} of ${live} screens of ${shop} are known to be at ${head}`;
    }
    return undefined;
  }

  function liveScreens(shop: string): Screen[] {
    return screens.filter(({ log }) => log.shop === shop && log.isLive);
  }

  for (const shop of shops) for (let n = 0; n < (options.screensPerShop ?? 1); n++) open(shop);
  await drain(PATIENCE_MS);

  return {
    setFront(next) {
      front = next;
    },
    placed: () => records.filter(({ type }) => type === 'ok').length,
    shops,
    keys,
    screens,
    records,
    openScreen: open,
    place,
    tryOnce: (wish, path = '/bill') => tryOrder(wish, { url: world.url + path, records }),
    drain,
    startWriters({ count, pauseMs, paths = ['/bill'], wishFor = shop => ({ shop }) }) {
      let isStopped = false;
      const writers = Array.from({ length: count }, async () => {
        while (!isStopped && !world.ending.aborted) {
          await place(wishFor(pick(shops, random)), pick(paths, random));
          await sleep(pauseMs * 2 * random());
        }
      });
      return {
        async stop() {
          isStopped = true;
          await Promise.all(writers);
        },
      };
    },
    async finish(given = {}) {
      await world.heal();
      const healedAt = given.healedAt ?? Date.now();
      const stuck = await drain(45_000).then(
        () => undefined,
        (error: Error) => error.message,
      );
      const tables = await readTables(world.postgres.pool, shops);
      const seen = screens.map(({ log }) => ({ ...log, entries: [...log.entries] }));
      for (const screen of screens) screen.end();
      const later = await readLater(world.postgres.pool, tables);
      const logs = seen.map(log => untilTables(log, tables, later));
      const prices = options.prices === undefined ? {} : { prices: options.prices };
      const selling = given.selling === undefined ? {} : { selling: given.selling };
      const report = checkHistory({
        records,
        screens: logs,
        tables,
        healedAt,
        onScreenWithinMs,
        ...prices,
        ...selling,
      });
      if (stuck !== undefined) report.violations.push(`I7: ${stuck}`);
      return report;
    },
  };
}

interface StreamRow {
  shop: string;
  head: number;
  acked: (number | null)[];
}

const STREAMS = `
  select s.shop, s.head::float8 as head, array_agg(c.acked_seq::float8) as acked
  from streams s left join connections c on c.shop = s.shop and c.state = 'bound' and c.role = 'shop' and c.expires_at > now()
  where s.shop = any($1) group by s.shop, s.head`;
