import { randomUUID } from 'node:crypto';
import { parseInitEvent } from '../../functions/domain/init-event.ts';
import { hashOf } from '../../functions/domain/secret.ts';
import { earlier } from '../support/postgres/earlier.ts';
import {
  aShop,
  type DatabasePorts,
  newShop,
  openedOneByOne,
  openPorts,
  place,
  read,
  upTo,
} from '../support/postgres/ports.ts';

let world: DatabasePorts;

beforeAll(async () => {
  world = await openPorts();
});

afterAll(() => world.end());

/** The shops of the orders that were placed here; one that was not is some shop's all the same. */
const shops = new Map<string, string>();
const shopOf = (order: string) => shops.get(order) ?? 'some-shop';

const follow = (order: string, id: string = randomUUID(), isReadOnly = false) =>
  world.subscriptions.followOrder({ id, shop: shopOf(order), order, isReadOnly });
const followersOf = async (order: string) =>
  (await world.subscriptions.followersOf(shopOf(order), order)).map(({ id }) => id);

async function anOrder(): Promise<string> {
  const shop = await newShop(world);
  const { orderId } = await place(world, shop);
  shops.set(orderId, shop);
  return orderId;
}

describe('a customer’s connection', () => {
  it('follows orders of several shops, as they are now, in the order of asking', async () => {
    const id = randomUUID();
    const orders = [await anOrder(), await anOrder(), await anOrder()];
    for (const order of orders) expect(await follow(order, id)).toEqual({ outcome: 'bound', replaced: [] });
    for (const order of orders) expect(await followersOf(order)).toEqual([id]);
    const followed = await world.subscriptions.followedBy(id);
    expect(followed.map(({ order }) => read(order).id)).toEqual(orders);
    expect(followed.map(each => each.id)).toEqual(orders);
    expect(followed.map(({ shop }) => shop)).toEqual(followed.map(({ order }) => read(order).shop));
    expect(await world.subscriptions.touch(id, undefined)).toEqual({ state: 'customer' });
  });

  it('is told by a ping what has changed since the last one, and the rest after a while', async () => {
    const id = randomUUID();
    const orders = [await anOrder(), await anOrder()];
    for (const order of orders) await follow(order, id);
    const told = async () => (await world.subscriptions.ordersToTell(id)).map(({ order }) => read(order).id);
    expect(await told()).toEqual(orders);
    for (let times = 0; times < 30; times++) expect(await told()).toEqual([]);
    await world.pool.query('update orders set version = version + 1 where id = $1', [orders[1]]);
    expect(await told()).toEqual([orders[1]]);
    expect(await told()).toEqual([]);
    await world.pool.query(
      `update followers set ${earlier('told_at', "interval '11 seconds'")} where connection = $1`,
      [id],
    );
    expect(await told()).toEqual(orders);
    // The clock was set back: what was told is told again rather than never.
    await world.pool.query(`update followers set ${earlier('told_at', "interval '-1 hour'")} where connection = $1`, [
      id,
    ]);
    expect(await told()).toEqual(orders);
  });

  it('follows twenty orders at most, and those it follows again and again', async () => {
    const id = randomUUID();
    const orders = upTo(20).map(() => randomUUID());
    for (const order of orders) expect((await follow(order, id)).outcome).toBe('bound');
    const further = randomUUID();
    expect(await follow(further, id)).toEqual({ outcome: 'full', replaced: [] });
    expect(await followersOf(further)).toEqual([]);
    for (const order of orders) expect((await follow(order, id)).outcome).toBe('bound');
  });

  it('follows twenty at most when 30 hellos come at the same moment', async () => {
    const id = randomUUID();
    const answers = await Promise.all(upTo(30).map(() => follow(randomUUID(), id)));
    expect(answers.filter(({ outcome }) => outcome === 'bound')).toHaveLength(20);
    expect(answers.filter(({ outcome }) => outcome === 'full')).toHaveLength(10);
  });

  it('that is closed, or a screen, follows nothing', async () => {
    const closed = randomUUID();
    await world.connections.remove(closed);
    const order = randomUUID();
    expect((await follow(order, closed)).outcome).toBe('closed');
    const screen = randomUUID();
    const shop = await newShop(world);
    await world.subscriptions.bindScreen({ id: screen, shop, device: randomUUID(), keyId: `${shop}.1` });
    expect((await follow(order, screen)).outcome).toBe('taken');
    expect(await followersOf(order)).toEqual([]);
  });

  it('cannot become a screen', async () => {
    const id = randomUUID();
    await follow(randomUUID(), id);
    const shop = await newShop(world);
    const answer = await world.subscriptions.bindScreen({ id, shop, device: randomUUID(), keyId: `${shop}.1` });
    expect(answer).toEqual({ outcome: 'taken', replaced: [] });
  });

  it('is told nothing once its lease is over, or it is closed, until a frame revives it', async () => {
    const order = await anOrder();
    const id = randomUUID();
    await follow(order, id);
    await world.pool.query("update connections set expires_at = now() - interval '1 second' where id = $1", [id]);
    expect(await followersOf(order)).toEqual([]);
    expect(await world.subscriptions.touch(id, undefined)).toEqual({ state: 'customer' });
    expect(await followersOf(order)).toEqual([id]);
    await world.connections.remove(id);
    expect(await followersOf(order)).toEqual([]);
    expect(await world.subscriptions.touch(id, undefined)).toEqual({ state: 'unknown' });
  });
});

describe('the ten who may follow an order', () => {
  it('lose the oldest to one more', async () => {
    const order = randomUUID();
    const ids = await openedOneByOne(world, 11);
    for (const id of ids.slice(0, 10)) expect((await follow(order, id)).replaced).toEqual([]);
    expect((await follow(order, ids[10])).replaced).toEqual([ids[0]]);
    expect((await followersOf(order)).sort()).toEqual(ids.slice(1).sort());
    expect((await follow(order, ids[0])).outcome).toBe('closed');
  });

  it('stay ten when the newcomer is the connection that has been open longest', async () => {
    const order = randomUUID();
    const [late = '', ...ids] = await openedOneByOne(world, 11);
    for (const id of ids) await follow(order, id);
    expect(await follow(order, late)).toEqual({ outcome: 'bound', replaced: [ids[0]] });
    expect((await followersOf(order)).sort()).toEqual([late, ...ids.slice(1)].sort());
  });

  it('are ten after 30 hellos at the same moment', async () => {
    const order = randomUUID();
    const answers = await Promise.all(upTo(30).map(() => follow(order)));
    expect(new Set(answers.flatMap(({ replaced }) => replaced)).size).toBe(20);
    expect(await followersOf(order)).toHaveLength(10);
  });
});

describe('whoever was given the read-only link', () => {
  const isReadOnly = async (order: string, id: string) => {
    const followers = await world.subscriptions.followersOf(shopOf(order), order);
    return followers.find(each => each.id === id)?.isReadOnly;
  };

  it('is known for it wherever the order is told', async () => {
    const [id, order] = [randomUUID(), await anOrder()];
    expect(await follow(order, id, true)).toEqual({ outcome: 'bound', replaced: [] });
    expect(await isReadOnly(order, id)).toBe(true);
    expect(await world.subscriptions.ordersToTell(id)).toMatchObject([{ isReadOnly: true }]);
    expect(await world.subscriptions.followedBy(id)).toMatchObject([{ id: order, isReadOnly: true }]);
  });

  it('holds the better link once it has shown that, and keeps it', async () => {
    const [id, order] = [randomUUID(), await anOrder()];
    await follow(order, id, true);
    await follow(order, id, false);
    expect(await isReadOnly(order, id)).toBe(false);
    await follow(order, id, true);
    expect(await isReadOnly(order, id)).toBe(false);
  });

  it('cannot push away the customer, however many there are', async () => {
    const order = await anOrder();
    const [customer = '', ...viewers] = await openedOneByOne(world, 12);
    await follow(order, customer);
    for (const id of viewers.slice(0, 10)) expect((await follow(order, id, true)).replaced).toEqual([]);
    expect((await follow(order, viewers[10], true)).replaced).toEqual([viewers[0]]);
    expect((await followersOf(order)).sort()).toEqual([customer, ...viewers.slice(1)].sort());
  });

  it('by functions of the version before is a customer, as all are there', async () => {
    const [id, order] = [randomUUID(), await anOrder()];
    const { rows } = await world.pool.query(
      "select outcome from follow_order($1, $2, $3::uuid, '1 minute'::interval, 20, 10)",
      [id, shopOf(order), order],
    );
    expect(rows).toEqual([{ outcome: 'bound' }]);
    expect(await isReadOnly(order, id)).toBe(false);
  });
});

describe('the links of an order', () => {
  const age = (order: string, days: number, status: string) =>
    world.pool.query(
      'update orders set status = $3, updated_at = now() - make_interval(days => $2, mins => 1) where id = $1',
      [order, days, status],
    );
  const isOpen = async (order: string) => (await world.streams.order(order, shopOf(order))) !== undefined;

  it('end fourteen days after it was finished, unless the shop says otherwise', async () => {
    const order = await anOrder();
    await age(order, 13, 'completed');
    expect(await isOpen(order)).toBe(true);
    await age(order, 14, 'completed');
    expect(await isOpen(order)).toBe(false);
    expect(await world.streams.order(order)).toBeUndefined();
    await world.pool.query('update shops set link_days = 15 where id = $1', [shopOf(order)]);
    expect(await isOpen(order)).toBe(true);
  });

  it('end when the owner says, who is not asked again', async () => {
    const definition = aShop({ linkDays: 2 });
    await world.installation.upsertShop(definition, hashOf('key'));
    const { linkDays: _, ...again } = definition;
    await world.installation.upsertShop(again, hashOf('key'));
    const { orderId } = await place(world, definition.id);
    shops.set(orderId, definition.id);
    await age(orderId, 1, 'cancelled');
    expect(await isOpen(orderId)).toBe(true);
    await age(orderId, 2, 'cancelled');
    expect(await isOpen(orderId)).toBe(false);
  });

  it.each([0, 1.5, 3651, '14', null])('do not end after %p days: that is no number of days', linkDays => {
    expect(() => parseInitEvent({ shops: [{ ...aShop(), linkDays }] })).toThrow('the request is not valid');
  });

  it('do not end while something may still become of it', async () => {
    const order = await anOrder();
    for (const status of ['placed', 'accepted', 'ready']) {
      await age(order, 400, status);
      expect(await isOpen(order)).toBe(true);
    }
  });
});
