import { randomUUID } from 'node:crypto';
import { postgresRedelivery } from '../../db/redelivery.ts';
import { postgresSubscriptions } from '../../db/subscriptions.ts';
import { type DatabasePorts, newShop, openPorts, place, upTo } from '../support/postgres/ports.ts';
import { aShopScene } from '../support/postgres/scene.ts';

let world: DatabasePorts;
beforeAll(async () => {
  world = await openPorts();
});
afterAll(() => world.end());

const visit = async (shop: string, id: string = randomUUID()) => {
  const { outcome } = await world.subscriptions.visitShop({ id, shop });
  return { id, outcome };
};

describe('a connection that follows a menu', () => {
  it('is one of the shop’s visitors until it goes, and knows the version of the menu', async () => {
    const scene = await aShopScene(world);
    const { id, outcome } = await visit(scene.shop);
    expect(outcome).toBe('bound');
    expect(await world.subscriptions.visitorsOf(scene.shop)).toEqual([id]);
    expect(await world.subscriptions.visitedVersion(id)).toBe(1);
    await scene.ask({ op: 'set_open', open: false });
    expect(await world.subscriptions.visitedVersion(id)).toBe(2);
    await world.connections.remove(id);
    expect(await world.subscriptions.visitorsOf(scene.shop)).toEqual([]);
  });

  it('is no screen: nothing of an order goes there, and a lease that is over counts no more', async () => {
    const shop = await newShop(world);
    const { id } = await visit(shop);
    expect((await place(world, shop)).screens).toEqual([]);
    expect(await world.subscriptions.screensOf(shop)).toEqual([]);
    expect(await world.subscriptions.touch(id, undefined)).toEqual({ state: 'customer' });
    expect(await world.subscriptions.touch(id, { epoch: undefined, after: 1, lastId: undefined })).toEqual({
      state: 'customer',
    });
    const { rows } = await world.pool.query('select seq::integer from shop_acks where shop = $1', [shop]);
    expect(rows).toEqual([{ seq: 0 }]);
    await world.pool.query("update connections set expires_at = now() - interval '1 second' where id = $1", [id]);
    expect(await world.subscriptions.visitorsOf(shop)).toEqual([]);
    await world.subscriptions.touch(id, undefined);
    expect(await world.subscriptions.visitorsOf(shop)).toEqual([id]);
  });

  it('may turn to another menu, and follow orders as well', async () => {
    const [one, two] = [await newShop(world), await newShop(world)];
    const { id } = await visit(one);
    expect((await visit(two, id)).outcome).toBe('bound');
    expect(await world.subscriptions.visitorsOf(one)).toEqual([]);
    const { orderId } = await place(world, one);
    expect((await world.subscriptions.followOrder({ id, shop: one, order: orderId, isReadOnly: false })).outcome).toBe(
      'bound',
    );
    expect(await world.subscriptions.visitorsOf(two)).toEqual([id]);
    expect(await world.subscriptions.followersOf(one, orderId)).toEqual([{ id, isReadOnly: false }]);
  });

  it('has a quarter of a shop’s places at most for its address, and leaves the others to others', async () => {
    const shop = await newShop(world);
    const few = postgresSubscriptions(world.database, { perShop: 20, perOrder: 10, visitorsPerShop: 8 });
    const from = async (address: string | undefined) => {
      const id = randomUUID();
      await world.connections.add({ id, address });
      return { id, outcome: (await few.visitShop({ id, shop })).outcome };
    };
    const greedy = [await from('one'), await from('one'), await from('one')];
    expect(greedy.map(({ outcome }) => outcome)).toEqual(['bound', 'bound', 'full']);
    for (const address of ['two', 'two', 'three', undefined, undefined, undefined])
      expect((await from(address)).outcome).toBe('bound');
    expect((await from('four')).outcome).toBe('full');
    // Who is there may say hello again.
    expect((await few.visitShop({ id: greedy[0]?.id ?? '', shop })).outcome).toBe('bound');
  });

  it('cannot be a screen or a closed connection', async () => {
    const shop = await newShop(world);
    const screen = randomUUID();
    await world.subscriptions.bindScreen({ id: screen, shop, device: randomUUID(), keyId: `${shop}.1` });
    expect((await visit(shop, screen)).outcome).toBe('taken');
    const closed = randomUUID();
    await world.connections.remove(closed);
    expect((await visit(shop, closed)).outcome).toBe('closed');
    const { id } = await visit(shop);
    const bound = await world.subscriptions.bindScreen({ id, shop, device: randomUUID(), keyId: `${shop}.1` });
    expect(bound.outcome).toBe('taken');
    expect(await world.subscriptions.visitorsOf(shop)).toEqual([id]);
  });

  it('finds the place taken when there are as many as may be, however many come at once; who is there stays', async () => {
    const few = postgresSubscriptions(world.database, { perShop: 20, perOrder: 10, visitorsPerShop: 5 });
    const shop = await newShop(world);
    const ids = upTo(30).map(() => randomUUID());
    const answers = await Promise.all(ids.map(id => few.visitShop({ id, shop })));
    expect(answers.filter(({ outcome }) => outcome === 'bound')).toHaveLength(5);
    expect(answers.filter(({ outcome }) => outcome === 'full')).toHaveLength(25);
    const there = await world.subscriptions.visitorsOf(shop);
    expect(there).toHaveLength(5);
    for (const id of there) expect((await few.visitShop({ id, shop })).outcome).toBe('bound');
    expect((await few.visitShop({ id: randomUUID(), shop: await newShop(world) })).outcome).toBe('bound');
  });
});

describe('news for visitors', () => {
  it('are claimed once, by one of many runs, when the menu changes or the shop comes online or goes offline', async () => {
    const scene = await aShopScene(world);
    const redelivery = postgresRedelivery(world.database);
    const claim = async () => {
      const runs = await Promise.all(upTo(5).map(() => redelivery.claimVisitorNews(20)));
      return runs
        .flat()
        .filter(({ visitors }) => visitors.includes(id))
        .map(({ text }) => JSON.parse(text.full));
    };
    const { id } = await visit(scene.shop);
    expect(await claim()).toEqual([expect.objectContaining({ version: 1, online: false })]);
    expect(await claim()).toEqual([]);
    await scene.ask({ op: 'set_busy', busyMinutes: 10 });
    const [news, ...more] = await claim();
    expect(more).toEqual([]);
    expect(news).toMatchObject({ id: scene.shop, version: 2, busyMinutes: 10 });
    expect(Object.keys(news)).not.toContain('autoAccept');
    const screen = randomUUID();
    await world.subscriptions.bindScreen({
      id: screen,
      shop: scene.shop,
      device: randomUUID(),
      keyId: `${scene.shop}.1`,
    });
    expect(await claim()).toEqual([expect.objectContaining({ version: 2, online: true })]);
    await world.connections.remove(screen);
    expect(await claim()).toEqual([expect.objectContaining({ version: 2, online: false })]);
    await world.connections.remove(id);
    await scene.ask({ op: 'set_open', open: false });
    expect(await claim()).toEqual([]);
  });

  it('come to a few shops a run, and to the others in the next', async () => {
    const own = await openPorts();
    try {
      const redelivery = postgresRedelivery(own.database);
      for (const _ of upTo(7)) {
        await own.subscriptions.visitShop({ id: randomUUID(), shop: await newShop(own) });
      }
      const counts = [];
      for (const _ of upTo(4)) counts.push((await redelivery.claimVisitorNews(3)).length);
      expect(counts).toEqual([3, 3, 1, 0]);
    } finally {
      await own.end();
    }
  });
});
