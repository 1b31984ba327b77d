import type { Change, KeyRole, ResultFrame } from '../../functions/domain/frames.ts';
import { aCustomer, type CustomerPhone } from './customer.ts';
import { type Functions, functionsOn, keyHashOf } from './functions.ts';
import { http } from './http.ts';
import { platform } from './invocation.ts';
import { cutLog, installShop } from './model-shops.ts';
import { type Models, modelsOn } from './models.ts';
import { type Network, network } from './network.ts';
import { type Random, seededRandom } from './random.ts';
import { aScreen, type ClientWorld, type Screen } from './screen.ts';
import { copyOf, type ModelDatabase, modelDatabase, restore, rowOf, type Tables } from './tables.ts';
import { type VirtualTime, virtualTime } from './virtual-time.ts';
import { fair, type Weather } from './weather.ts';

/** Shops, screens, customers, a gateway, functions and a database, on one clock. */
export interface SimulatedSystem {
  time: VirtualTime;
  random: Random;
  database: ModelDatabase;
  functions: Functions;
  network: Network;
  screens: Screen[];
  customers: CustomerPhone[];
  /** Those who look at others' orders by read-only links, and order nothing themselves. */
  viewers: CustomerPhone[];
  shops: SimulatedShop[];
  /** What must never be, and was. */
  problems: string[];
  setWeather(weather: Weather): void;
  backUp(): void;
  /**
   * Puts the last backup in place of the database. Whatever ran or was connected is gone: functions, and connections
   * with their rows. `newEpoch` is what the owner should say afterwards, and may forget; but not when a screen knows of
   * an order by a result whose event it has not seen: its cursor does not tell.
   */
  restore(newEpoch: boolean): void;
  rotateKey(shop: string): void;
  /** A screen makes a key for somebody, or revokes the one that was made. */
  changeKeys(screen: Screen): void;
  newEpoch(): void;
  /** Cuts a shop's log: what is below `minSeq` is no longer kept. */
  cut(shop: string, minSeq: number): void;
  /** Orders that were acknowledged and went with a restored backup. */
  lostByRestore: ReadonlySet<string>;
  wasRestored(): boolean;
  /** Keys of which two tries were under way at once: then a refusal of one says nothing of the other. */
  overlapping: ReadonlySet<string>;
  end(): void;
}

/** A shop, and its owner's key. */
export interface SimulatedShop {
  id: string;
  token: string;
  hasScreens: boolean;
  /** The key that somebody was given, with the screen that was opened with it; there is one at most. */
  given?: { keyId: string; token: string } | undefined;
}

/** How a system begins. */
export interface SystemSettings {
  seed: number;
  /** Puts naive models in place of the right ones: deliberate faults. */
  naive?: ((models: Models, database: ModelDatabase) => Partial<Models>) | undefined;
  trace?: ((line: string) => void) | undefined;
  /** How many screens a shop may have in one of five worlds; 20 in the others. */
  fewScreens?: number;
}

type KeyChange = Extract<Change, { op: 'make_key' | 'revoke_key' }>;

/** Noon of a day, in the shops' time zone too. */
const START = Date.UTC(2030, 0, 1, 4);
/** What a read-only link does not show, with something in it. */
const saysWhoOrdered = /"(?:name":"Li|(?:phone|address|note)":"[^"])/;
/** How every shop here takes orders for later: little fits into a slot. */
export const laterTerms = { leadMinutes: 0, daysAhead: 0, slotMinutes: 1, perSlot: 1 };
/** How long a function may run on after a key was changed, freezing included. */
const KEY_GRACE_MS = 20_000;

/** Builds a system in fair weather: everybody connects, and the logs are empty. */
export function buildSystem({ seed, naive, trace, fewScreens = 4 }: SystemSettings): SimulatedSystem {
  const random = seededRandom(seed);
  const time = virtualTime(START);
  const database = modelDatabase(time.now, random);
  const problems: string[] = [];
  const traced = trace === undefined ? () => {} : (line: () => string) => trace(`${clock(time.now())}  ${line()}`);
  let weather = fair;
  let backup: Tables | undefined;
  let wasRestored = false;
  const lostByRestore = new Set<string>();
  /** By command, what was asked for about keys. */
  const asking = new Map<string, KeyChange>();
  const rotatedAt = new Map<string, number>();
  /** Of the keys that managers have made. */
  const roles = new Map<string, KeyRole>();
  /** What the owner does goes one after the other, and again until it is done. */
  let owner = Promise.resolve();
  const shops = Array.from(
    { length: random.pick([1, 1, 1, 2, 2, 3, 4]) },
    (_, index): SimulatedShop => ({
      id: `shop${index + 1}`,
      token: `key of shop${index + 1}`,
      hasScreens: index === 0 || random.chance(0.85),
    }),
  );

  const complain = (problem: string) => {
    traced(() => `PROBLEM: ${problem}`);
    problems.push(problem);
  };
  const runs = platform(time, random, () => weather);
  const net = network({
    time,
    random,
    weather: () => weather,
    functions: () => functions,
    isOurGateway: random.chance(0.6),
    onDelivered: seen,
    complain,
    trace: traced,
  });
  const models = modelsOn(database, {
    perShop: random.chance(0.8) ? 20 : fewScreens,
    perOrder: 10,
    visitorsPerShop: 200,
  });
  const functions = functionsOn({
    time,
    random,
    models: { ...models, ...naive?.(models, database) },
    platform: runs,
    weather: () => weather,
    push: net.push,
    log: (level, event, fields) => traced(() => `log: ${level} ${event} ${JSON.stringify(fields)}`),
  });
  for (const { id, token } of shops) {
    const [autoAccept, hasWebhook] = [random.chance(0.3), random.chance(0.5)];
    installShop(database, { id, keyHash: keyHashOf(token), autoAccept, hasWebhook, pickup: true, later: laterTerms });
  }
  const posting = http({ time, random, weather: () => weather, functions });
  const clients: ClientWorld = {
    time,
    random,
    openSocket: net.openSocket,
    complain,
    trace: traced,
    roleOf: token => roles.get(token) ?? 'manager',
    onResult: learn,
  };
  const screens = shops.flatMap(({ id, token, hasScreens }) =>
    Array.from({ length: hasScreens ? random.pick([1, 1, 2, 3]) : 0 }, (_, index) =>
      aScreen(clients, `${id}/screen${index + 1}`, { shop: id, token, device: random.uuid() }),
    ),
  );
  const customers = Array.from({ length: random.pick([1, 1, 2, 3]) }, (_, index) =>
    aCustomer(clients, `customer${index + 1}`, posting.post),
  );

  const viewers = [aCustomer(clients, 'viewer', posting.post)];

  /** I4, and what a key that was changed must no longer open. */
  function seen(owner: string, text: string): void {
    if (viewers.some(({ name }) => name === owner) && saysWhoOrdered.test(text))
      complain(`links: ${owner}, who may look at an order only, got ${text}`);
    const screen = screens.find(({ name }) => name === owner);
    if (screen === undefined) return;
    for (const { id } of shops) {
      if (id !== screen.shop && text.includes(`"shop":"${id}"`)) complain(`I4: ${owner} got ${text}`);
    }
    const until = rotatedAt.get(screen.token());
    if (until === undefined) return;
    for (const [, at = ''] of text.matchAll(/"type":"order\.\w+","at":"([^"]+)"/g)) {
      if (Date.parse(at) > until + KEY_GRACE_MS) complain(`F47: ${owner}, whose key was changed, got ${text}`);
    }
  }

  /** A key that was made is given to somebody, who opens a screen with it; one that was revoked opens nothing more. */
  function learn(result: ResultFrame, { shop: id }: { shop: string }): void {
    const shop = shops.find(each => each.id === id);
    if (!result.ok || shop === undefined) return;
    const { key, keyId } = result;
    const asked = asking.get(result.id);
    // Of a backup the same number may be another key's.
    if (asked?.op === 'revoke_key' && asked.keyId === shop.given?.keyId && !wasRestored) {
      traced(() => `the key ${asked.keyId} is revoked`);
      rotatedAt.set(shop.given.token, time.now());
    }
    if (asked?.op !== 'make_key' || key === undefined || keyId === undefined || shop.given !== undefined) return;
    traced(() => `the key ${keyId} is given to a ${asked.role}`);
    shop.given = { keyId, token: key };
    roles.set(key, asked.role);
    screens.push(aScreen(clients, `${id}/given`, { shop: id, token: key, device: random.uuid() }));
  }

  return {
    time,
    random,
    database,
    functions,
    network: net,
    screens,
    customers,
    viewers,
    shops,
    problems,
    lostByRestore,
    overlapping: posting.overlapping,
    wasRestored: () => wasRestored,
    setWeather(next) {
      weather = next;
    },
    backUp() {
      backup = copyOf(database.tables);
      traced(() => 'a backup is made');
    },
    restore(newEpoch) {
      if (backup === undefined) return;
      traced(() => `the backup is restored, ${newEpoch ? 'with new epochs' : 'and nobody says so'}`);
      wasRestored = true;
      rotatedAt.clear(); // whatever key the backup knows opens its shop again
      runs.killAll();
      net.restart();
      restore(database.tables, { ...backup, connections: new Map() });
      for (const { placed } of customers) {
        for (const { order } of placed) if (!database.tables.orders.has(order.id)) lostByRestore.add(order.id);
      }
      // The key of the backup may be an older one, which its owner may have thrown away.
      for (const shop of shops) if (!isKeyOf(shop)) rotate(shop.id);
      if (newEpoch || screens.some(isAhead)) renew();
    },
    rotateKey: rotate,
    changeKeys(screen) {
      const { given } = shops.find(({ id }) => id === screen.shop) ?? {};
      const role = random.pick(['staff', 'display'] as const);
      const operation: KeyChange =
        given === undefined ? { op: 'make_key', name: 'a key', role } : { op: 'revoke_key', keyId: given.keyId };
      const id = random.uuid();
      asking.set(id, operation);
      screen.command(id, operation);
    },
    newEpoch: renew,
    cut(shop, minSeq) {
      traced(() => `the log of ${shop} is cut below ${minSeq}`);
      cutLog(database, shop, minSeq);
    },
    end() {
      for (const client of [...screens, ...customers, ...viewers]) client.end();
    },
  };

  function renew(): void {
    owner = owner.then(async () => {
      while (!(await functions.newEpoch())) await time.wait(1_000);
      traced(() => 'the logs have new epochs');
    });
  }

  /** Until the owner holds the key that the database knows. */
  function rotate(id: string): void {
    const shop = shops.find(each => each.id === id);
    if (shop === undefined) return;
    owner = owner.then(async () => {
      do {
        const key = await functions.rotateKey(id);
        if (key === undefined) await time.wait(1_000);
        else {
          traced(() => `${id} has another key`);
          rotatedAt.set(shop.token, time.now());
          shop.token = key;
        }
      } while (!isKeyOf(shop));
    });
  }

  function isKeyOf({ id, token }: { id: string; token: string }): boolean {
    return Buffer.compare(rowOf(database.tables.shops, id).keyHash, keyHashOf(token)) === 0;
  }
}

/** Whether a screen holds an order as no event that it has applied left it. */
function isAhead(screen: Screen): boolean {
  return [...screen.state().orders.values()].some(
    ({ id, version }) => (screen.versions().get(id) ?? version) < version,
  );
}

function clock(now: number): string {
  return `${((now - START) / 1_000).toFixed(3).padStart(9)} s`;
}
