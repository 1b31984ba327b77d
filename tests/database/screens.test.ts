import { randomUUID } from 'node:crypto';
import { postgresSubscriptions } from '../../db/subscriptions.ts';
import { hashOf } from '../../functions/domain/secret.ts';
import { earlier } from '../support/postgres/earlier.ts';
import { type DatabasePorts, inParallel, newShop, openedOneByOne, openPorts, upTo } from '../support/postgres/ports.ts';

let world: DatabasePorts;

beforeAll(async () => {
  world = await openPorts();
});

afterAll(() => world.end());

function hello(shop: string, id: string = randomUUID(), keyId = `${shop}.1`, device: string = randomUUID()) {
  return world.subscriptions.bindScreen({ id, shop, device, keyId });
}

async function isOnline(shop: string): Promise<boolean> {
  return JSON.parse((await world.shops.byId(shop))?.shop ?? '').online;
}

const expire = (id: string) =>
  world.pool.query("update connections set expires_at = now() - interval '1 millisecond' where id = $1", [id]);

describe('a hello of a shop', () => {
  it('gives a connection that nobody has announced a row', async () => {
    const shop = await newShop(world);
    const id = randomUUID();
    expect(await hello(shop, id)).toEqual({ outcome: 'bound', replaced: [] });
    expect(await world.subscriptions.screensOf(shop)).toEqual([id]);
  });

  it('on a closed connection changes nothing', async () => {
    const shop = await newShop(world);
    const id = randomUUID();
    await world.connections.remove(id);
    expect(await hello(shop, id)).toEqual({ outcome: 'closed', replaced: [] });
    expect(await world.subscriptions.screensOf(shop)).toEqual([]);
  });

  it('again is fine, for another shop or as a customer is not', async () => {
    const [shop, other] = [await newShop(world), await newShop(world)];
    const id = randomUUID();
    expect((await hello(shop, id)).outcome).toBe('bound');
    expect((await hello(shop, id)).outcome).toBe('bound');
    expect((await hello(other, id)).outcome).toBe('taken');
    expect((await world.subscriptions.followOrder({ id, shop, order: randomUUID(), isReadOnly: false })).outcome).toBe(
      'taken',
    );
    expect(await world.subscriptions.screensOf(shop)).toEqual([id]);
    expect(await world.subscriptions.screensOf(other)).toEqual([]);
  });

  it('of one connection for two shops at the same moment makes it the screen of one', async () => {
    for (const _ of upTo(10)) {
      const shops = [await newShop(world), await newShop(world)];
      const id = randomUUID();
      const answers = await Promise.all(shops.map(shop => hello(shop, id)));
      expect(answers.map(({ outcome }) => outcome).sort()).toEqual(['bound', 'taken']);
    }
  });

  it('begins anew: what was acknowledged and what page was out is forgotten', async () => {
    const shop = await newShop(world);
    const id = randomUUID();
    await hello(shop, id);
    await world.subscriptions.setPage(id, 7);
    await hello(shop, id);
    expect(await world.subscriptions.touch(id, undefined)).toMatchObject({ pageSeq: undefined });
  });
});

describe('the twenty screens of a shop', () => {
  it('lose the oldest to one more', async () => {
    const shop = await newShop(world);
    const ids = await openedOneByOne(world, 22);
    for (const id of ids.slice(0, 20)) expect((await hello(shop, id)).replaced).toEqual([]);
    expect((await hello(shop, ids[20])).replaced).toEqual([ids[0]]);
    expect((await hello(shop, ids[21])).replaced).toEqual([ids[1]]);
    expect((await world.subscriptions.screensOf(shop)).sort()).toEqual(ids.slice(2).sort());
    expect((await hello(shop, ids[0])).outcome).toBe('closed');
  });

  it('stay twenty when the newcomer is the connection that has been open longest', async () => {
    const shop = await newShop(world);
    const [late = '', ...ids] = await openedOneByOne(world, 21);
    for (const id of ids) await hello(shop, id);
    expect(await hello(shop, late)).toEqual({ outcome: 'bound', replaced: [ids[0]] });
    expect((await world.subscriptions.screensOf(shop)).sort()).toEqual([late, ...ids.slice(1)].sort());
  });

  it('lose nobody to one of them that says hello again, nor to a dead one', async () => {
    const shop = await newShop(world);
    const ids = await openedOneByOne(world, 21);
    for (const id of ids.slice(0, 20)) await hello(shop, id);
    expect((await hello(shop, ids[0])).replaced).toEqual([]);
    await expire(ids[5] ?? '');
    expect((await hello(shop, ids[20])).replaced).toEqual([]);
  });

  it('11.4 lose the dead ones of a device whose tab or instance crashes again and again, and no other device', async () => {
    const shop = await newShop(world);
    const [steady = '', ...crashed] = await openedOneByOne(world, 45);
    await hello(shop, steady);
    const devices = [randomUUID(), randomUUID()];
    const replaced: string[] = [];
    for (const [index, id] of crashed.entries()) {
      const answer = await hello(shop, id, `${shop}.1`, devices[index % 2]);
      expect(answer.outcome).toBe('bound');
      replaced.push(...answer.replaced);
    }
    expect(replaced).toEqual(crashed.slice(0, 25));
    expect(await world.subscriptions.screensOf(shop)).toContain(steady);
  });

  it('are twenty after 30 hellos at the same moment, and everybody knows who had to go', async () => {
    const shop = await newShop(world);
    const answers = await Promise.all(upTo(30).map(() => hello(shop)));
    const replaced = answers.flatMap(answer => answer.replaced);
    expect(replaced).toHaveLength(10);
    expect(new Set(replaced).size).toBe(10);
    const live = await world.subscriptions.screensOf(shop);
    expect(live).toHaveLength(20);
    expect(live.filter(id => replaced.includes(id))).toEqual([]);
  });
});

describe('the one screen of a shop that may have no more', () => {
  it('is one after 16 hellos at the same moment, every time', async () => {
    const subscriptions = postgresSubscriptions(world.database, { perShop: 1, perOrder: 1, visitorsPerShop: 1 });
    for (const _ of upTo(20)) {
      const shop = await newShop(world);
      const hellos = upTo(16).map(() =>
        subscriptions.bindScreen({ id: randomUUID(), shop, device: randomUUID(), keyId: `${shop}.1` }),
      );
      await Promise.all(hellos);
      expect(await world.subscriptions.screensOf(shop)).toHaveLength(1);
    }
  });
});

describe('the lease of a screen', () => {
  it('once over, ends pushes and takes the shop offline; a frame revives both', async () => {
    const shop = await newShop(world);
    const id = randomUUID();
    expect(await isOnline(shop)).toBe(false);
    await hello(shop, id);
    expect(await isOnline(shop)).toBe(true);
    await expire(id);
    expect(await world.subscriptions.screensOf(shop)).toEqual([]);
    expect(await isOnline(shop)).toBe(false);
    expect(await world.subscriptions.touch(id, undefined)).toMatchObject({ state: 'shop', shop });
    expect(await world.subscriptions.screensOf(shop)).toEqual([id]);
    expect(await isOnline(shop)).toBe(true);
    await world.connections.remove(id);
    expect(await isOnline(shop)).toBe(false);
  });

  it('lasts ten minutes from the last frame, and thirty seconds without a hello', async () => {
    const id = randomUUID();
    await world.connections.add({ id, address: undefined });
    expect(await leaseOf(id)).toBe(30);
    await hello(await newShop(world), id);
    expect(await leaseOf(id)).toBe(600);
    await world.pool.query(`update connections set ${earlier('expires_at', "interval '5 minutes'")} where id = $1`, [
      id,
    ]);
    await world.subscriptions.touch(id, undefined);
    expect(await leaseOf(id)).toBe(600);
  });

  async function leaseOf(id: string): Promise<number> {
    const { rows } = await world.pool.query<{ seconds: number }>(
      'select ceil(extract(epoch from expires_at - now()))::integer as seconds from connections where id = $1',
      [id],
    );
    return rows[0]?.seconds ?? 0;
  }
});

describe('a frame from a connection', () => {
  it('that is not known, not bound or closed stands for nobody', async () => {
    const id = randomUUID();
    expect(await world.subscriptions.touch(id, undefined)).toEqual({ state: 'unknown' });
    await world.connections.add({ id, address: undefined });
    expect(await world.subscriptions.touch(id, undefined)).toEqual({ state: 'unknown' });
    await hello(await newShop(world), id);
    await world.connections.remove(id);
    expect(await world.subscriptions.touch(id, undefined)).toEqual({ state: 'unknown' });
  });
});

describe('a shop’s key that is changed', () => {
  it('cuts every screen off at once and names those that are to be closed', async () => {
    const shop = await newShop(world);
    const ids = [randomUUID(), randomUUID()];
    for (const id of ids) await hello(shop, id);
    const closed = await world.installation.rotateKey(shop, hashOf('another key'));
    expect(closed?.sort()).toEqual(ids.sort());
    expect(await world.subscriptions.screensOf(shop)).toEqual([]);
    expect(await isOnline(shop)).toBe(false);
    const key = { keyId: `${shop}.2`, name: '', role: 'manager' };
    expect(await world.shops.keyOf(shop, hashOf('another key'))).toEqual(key);
    expect(await world.shops.keyOf(shop, hashOf('the key of the shop'))).toBeUndefined();
    for (const id of ids) expect(await world.subscriptions.touch(id, undefined)).toEqual({ state: 'revoked' });
    expect(await world.installation.rotateKey('nowhere', hashOf('x'))).toBeUndefined();
  });

  it('is told once more to those that are bound still: the call before may have been cut off', async () => {
    const shop = await newShop(world);
    const ids = [randomUUID(), randomUUID(), randomUUID()];
    for (const id of ids) await hello(shop, id);
    await world.installation.rotateKey(shop, hashOf('another key'));
    const [first = '', gone = ''] = ids;
    await world.connections.remove(gone);
    const again = await world.installation.rotateKey(shop, hashOf('a third key'));
    expect(again?.sort()).toEqual([first, ids[2]].sort());
    expect(await world.subscriptions.touch(first, undefined)).toEqual({ state: 'revoked' });
  });

  it('reaches a hello that had checked the old one but binds only now', async () => {
    const shop = await newShop(world);
    await world.installation.rotateKey(shop, hashOf('another key'));
    const id = randomUUID();
    expect((await hello(shop, id)).outcome).toBe('revoked');
    expect(await world.subscriptions.touch(id, undefined)).toEqual({ state: 'unknown' });
    expect(await world.subscriptions.screensOf(shop)).toEqual([]);
    expect(await isOnline(shop)).toBe(false);
  });

  it('leaves no screen behind, whatever hellos and frames it meets', async () => {
    const shop = await newShop(world);
    const ids = upTo(15).map(() => randomUUID());
    for (const id of ids) await hello(shop, id);
    await Promise.all([
      inParallel(4, ids, id => world.subscriptions.touch(id, undefined)),
      inParallel(4, ids, id => hello(shop, id)),
      world.installation.rotateKey(shop, hashOf('another key')),
    ]);
    expect(await world.subscriptions.screensOf(shop)).toEqual([]);
  });
});
