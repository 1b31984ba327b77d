import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { announce } from '../../functions/domain/announce.ts';
import type { ServerFrame } from '../../functions/domain/frames.ts';
import type { StoredEvent } from '../../functions/domain/ports.ts';
import { hashOf, newShopKey } from '../../functions/domain/secret.ts';
import { transport } from '../../functions/transport/transport.ts';
import {
  aRequest,
  aShop,
  type DatabasePorts,
  inParallel,
  openPorts,
  place,
  placing,
  upTo,
} from '../support/postgres/ports.ts';
import { startBreakableSystem } from '../support/trial/breakable-system.ts';
import { expectWhole } from '../support/trial/expect-whole.ts';
import { startTrial } from '../support/trial/trial.ts';

const trials = 1_500;

let world: DatabasePorts;
beforeAll(async () => {
  world = await openPorts({ poolSize: 12 });
});
afterAll(() => world.end());

test('F39 hello and bill at the same moment, 1,500 times: no order is without either push or backlog', async () => {
  expect(
    await countLost(trials, async (shop, told) => {
      const { event, screens } = await place(world, shop);
      if (event !== undefined) await told(event, screens);
    }),
  ).toBe(0);
});

test('F39 can fail: who reads the screens before the commit leaves orders that nobody is told of', async () => {
  const lost = await countLost(200, async (shop, told) => {
    const screens = await world.subscriptions.screensOf(shop);
    // Long enough for a hello to be over before the commit, on any machine.
    await sleep(20);
    const { event } = await world.orders.place(placing(aRequest(shop)));
    if (event !== undefined) await told(event, screens);
  });
  expect(lost).toBeGreaterThan(0);
});

/** Tells the screens of an event: those that are there now, unless others are given. */
type Tell = (event: StoredEvent, screens?: string[]) => Promise<void>;

/** Lets a screen say hello while an order is placed; says how often the screen then has not been told of the order. */
async function countLost(count: number, bill: (shop: string, tell: Tell) => Promise<void>): Promise<number> {
  const pushed = new Map<string, ServerFrame[]>();
  const push = {
    async send(id: string, text: string) {
      pushed.set(id, [...(pushed.get(id) ?? []), JSON.parse(text) as ServerFrame]);
      return 'sent' as const;
    },
    close: async () => 'sent' as const,
  };
  const receive = transport({
    ...world,
    push,
    readToken: () => undefined,
    shareTokenOf: () => '',
    newKeyOf: () => '',
    securityEvents: { tell() {} },
    subjectOf: (address: string | undefined) => address,
    log: (_, error) => {
      throw error;
    },
  });
  const keys = new Map<string, string>();
  for (let n = 0; n < 40; n++) {
    const shop = aShop();
    const key = newShopKey();
    await world.installation.upsertShop(shop, hashOf(key));
    keys.set(shop.id, key);
  }
  const shops = [...keys.keys()];
  let lost = 0;

  await inParallel(8, upTo(count), async n => {
    // Never two trials in one shop at a time, and its orders do not pile up.
    const shop = shops.splice(0, 1)[0] ?? '';
    const connectionId = randomUUID();
    const { head } = await world.streams.openOrders(shop);
    const cursor = n % 2 === 0 ? { epoch: (await world.streams.openOrders(shop)).epoch, after: head } : {};
    const hello = { type: 'hello', role: 'shop', shop, token: keys.get(shop), device: randomUUID(), ...cursor };
    await Promise.all([
      wait(() => receive({ connectionId, text: JSON.stringify(hello), requestId: 'x' })),
      wait(() => bill(shop, (event, screens) => announce({ ...world, push }, event, screens))),
    ]);
    if (!isTold(pushed.get(connectionId) ?? [], head + 1)) lost++;
    await world.pool.query(
      "with o as (update orders set status = 'completed' where shop = $1) delete from connections where shop = $1",
      [shop],
    );
    pushed.delete(connectionId);
    shops.push(shop);
  });
  return lost;
}

/** Up to three milliseconds, so that the two meet at every point of each other's way. */
async function wait(then: () => Promise<void>): Promise<void> {
  await new Promise(resolve => setTimeout(resolve, Math.random() * 3));
  await then();
}

/** Whether the frames hold the event, an order that it placed, or a head that makes the client ask. */
function isTold(frames: ServerFrame[], seq: number): boolean {
  return frames.some(frame => {
    if (frame.type === 'events') return frame.events.some(event => event.seq === seq);
    return frame.type === 'snapshot' && frame.head >= seq && frame.orders.length === 1;
  });
}

test('F39 over sockets: 60 screens come at the moment of an order, and re-delivery is not needed', async () => {
  const faults = await startBreakableSystem({ redeliverSeconds: 3_600 });
  try {
    const trial = await startTrial(faults, { shops: 20, screensPerShop: 0 });
    await Promise.all(
      trial.shops.flatMap(shop => [
        ...upTo(3).map(async () => {
          await new Promise(resolve => setTimeout(resolve, Math.random() * 100));
          trial.openScreen(shop);
        }),
        ...upTo(3).map(async () => {
          await new Promise(resolve => setTimeout(resolve, Math.random() * 150));
          await trial.place({ shop });
        }),
      ]),
    );
    const report = await expectWhole(trial);
    expect(report).toMatchObject({ orders: 60 });
    expect(report.catchUpMs).toBeLessThan(10_000);
  } finally {
    await faults.end();
  }
});
