import { randomUUID } from 'node:crypto';
import { LIST } from '../../db/shops.ts';
import type { ShopSettings } from '../../functions/domain/frames.ts';
import type { ShopDefinition } from '../../functions/domain/init-event.ts';
import { hashOf } from '../../functions/domain/secret.ts';
import {
  aShop,
  contentsOf,
  type DatabasePorts,
  newShop,
  openPorts,
  untilSomebodyWaits,
  upTo,
} from '../support/postgres/ports.ts';

let world: DatabasePorts;

beforeAll(async () => {
  world = await openPorts();
});

afterAll(() => world.end());

const upsert = (shop: ShopDefinition, key = 'key') => world.installation.upsertShop(shop, hashOf(key));

async function settingsOf(shop: string): Promise<ShopSettings> {
  return JSON.parse((await world.shops.forScreens(shop))?.full ?? '');
}

describe('installing a shop', () => {
  it('creates it with its key, and a second time keeps both', async () => {
    const shop = aShop();
    expect(await upsert(shop, 'first')).toBe(true);
    const before = await contentsOf(world.pool);
    expect(await upsert(shop, 'second')).toBe(false);
    expect(await contentsOf(world.pool)).toEqual(before);
    expect(await world.shops.keyOf(shop.id, hashOf('first'))).toEqual({
      keyId: `${shop.id}.1`,
      name: '',
      role: 'manager',
    });
    expect(await world.shops.keyOf(shop.id, hashOf('second'))).toBeUndefined();
  });

  it('answers the same when the call has to be repeated, or its key would be lost', async () => {
    const shop = aShop();
    expect([await upsert(shop), await upsert(shop)]).toEqual([true, true]);
  });

  it('happens once, though 20 calls come at the same moment: one key is the shop’s', async () => {
    const shop = aShop();
    const keys = upTo(20).map(n => `key ${n}`);
    const created = await Promise.all(keys.map(key => upsert(shop, key)));
    expect(created.filter(isCreated => isCreated)).toHaveLength(1);
    const key = keys[created.indexOf(true)] ?? '';
    const found = await Promise.all(keys.map(each => world.shops.keyOf(shop.id, hashOf(each))));
    expect(found.filter(one => one !== undefined)).toEqual([{ keyId: `${shop.id}.1`, name: '', role: 'manager' }]);
    expect(found[keys.indexOf(key)]).toBeDefined();
    expect((await settingsOf(shop.id)).version).toBe(1);
  });

  it('leaves what is not said as it is', async () => {
    const shop = aShop({ open: false, autoAccept: true, prepMinutes: 40, acceptMinutes: 9 });
    await upsert(shop);
    const { id, name, currency } = shop;
    await upsert({ id, name, currency });
    const settings = { open: false, autoAccept: true, prepMinutes: 40, acceptMinutes: 9, version: 1 };
    expect(await settingsOf(id)).toMatchObject(settings);
    expect((await settingsOf(id)).dishes).toHaveLength(3);
  });

  it('makes the menu exactly the list that is given, in its order; a dish that stays keeps its availability', async () => {
    const shop = aShop();
    await upsert(shop);
    await world.pool.query("update dishes set available = false where shop = $1 and id in ('egg', 'tofu')", [shop.id]);
    const dishes = [
      { id: 'tofu', name: 'tofu', priceCents: 5, available: true },
      { id: 'new', name: 'new', category: 'c', priceCents: 6 },
      { id: 'egg', name: 'egg', priceCents: 7 },
    ];
    await upsert({ ...shop, dishes });
    expect((await settingsOf(shop.id)).dishes).toEqual([
      { id: 'tofu', name: 'tofu', category: '', priceCents: 5, available: true },
      { id: 'new', name: 'new', category: 'c', priceCents: 6, available: true },
      { id: 'egg', name: 'egg', category: '', priceCents: 7, available: false },
    ]);
    await upsert({ ...shop, dishes: [] });
    expect((await settingsOf(shop.id)).dishes).toEqual([]);
  });

  it.each(['Nowhere/Else', '+08:00', '-03', ''])('refuses a time zone that is no name: %s', async timeZone => {
    const before = await contentsOf(world.pool);
    await expect(upsert(aShop({ timeZone }))).rejects.toMatchObject({ name: 'Refusal', code: 'invalid_request' });
    expect(await contentsOf(world.pool)).toEqual(before);
  });
});

describe('the version of a shop', () => {
  it('rises by one with every change of what screens see', async () => {
    const shop = aShop();
    await upsert(shop);
    const [first, ...others] = shop.dishes ?? [];
    const changes: Partial<ShopDefinition>[] = [
      { name: 'other' },
      { open: false },
      { acceptMinutes: 59 },
      { dishes: others },
      { dishes: first === undefined ? [] : [{ ...first, priceCents: 1 }, ...others] },
      { dishes: others.toReversed() },
    ];
    for (const [index, change] of changes.entries()) {
      await upsert({ ...shop, ...change });
      await upsert({ ...shop, ...change });
      expect((await settingsOf(shop.id)).version).toBe(index * 2 + 2);
      await upsert({ ...shop, open: true, acceptMinutes: 5 });
      expect((await settingsOf(shop.id)).version).toBe(index * 2 + 3);
    }
  });

  it('does not rise because a screen has come online meanwhile', async () => {
    const shop = aShop();
    await upsert(shop);
    await meanwhile(
      shop.id,
      () => upsert(shop),
      async () => {
        const screen = { id: randomUUID(), shop: shop.id, device: randomUUID(), keyId: `${shop.id}.1` };
        await world.subscriptions.bindScreen(screen);
      },
    );
    expect(await settingsOf(shop.id)).toMatchObject({ online: true, version: 1 });
  });

  it('rises when the menu takes back what a screen has changed meanwhile', async () => {
    const shop = aShop();
    const dishes = (shop.dishes ?? []).map(dish => ({ ...dish, available: true }));
    await upsert({ ...shop, dishes });
    await meanwhile(
      shop.id,
      () => upsert({ ...shop, dishes }),
      async query => {
        await query(`update dishes set available = false where shop = '${shop.id}' and id = 'egg'`);
        await query(`update shops set version = version + 1 where id = '${shop.id}'`);
      },
    );
    expect((await settingsOf(shop.id)).version).toBe(3);
  });

  /** Begins `work` while another transaction holds the shop, in which `change` happens. */
  async function meanwhile(
    shop: string,
    work: () => Promise<unknown>,
    change: (query: (text: string) => Promise<unknown>) => Promise<void>,
  ): Promise<void> {
    const client = await world.pool.connect();
    try {
      await client.query('begin');
      await client.query('select from shops where id = $1 for update', [shop]);
      const waiting = work();
      await untilSomebodyWaits(world.pool);
      await change(text => client.query(text));
      await client.query('commit');
      await waiting;
    } finally {
      client.release();
    }
  }
});

describe('reading shops', () => {
  it('gives customers what they may see and screens the rest', async () => {
    const id = await newShop(world, { acceptMinutes: 7 });
    const seen = JSON.parse((await world.shops.byId(id))?.shop ?? '');
    const settings = ['currency', 'id', 'name', 'online', 'open', 'pausedUntil', 'prepMinutes', 'timeZone', 'version'];
    const terms = ['hours', 'pickup', 'delivery', 'discounts', 'later', 'about', 'isSwitchedOn', 'opensAt', 'closesAt'];
    expect(Object.keys(seen).sort()).toEqual(['busyMinutes', ...settings, ...terms, 'dishes'].sort());
    const { full, withoutDishes } = (await world.shops.forScreens(id)) ?? { full: '', withoutDishes: '' };
    expect(JSON.parse(full)).toEqual({ ...seen, version: 1, autoAccept: false, acceptMinutes: 7 });
    const { dishes: _, ...rest } = JSON.parse(full);
    expect(JSON.parse(withoutDishes)).toEqual(rest);
    expect(JSON.parse((await world.shops.forVisitors(id))?.full ?? '')).toEqual(seen);
  });

  it('knows no shop that is not there', async () => {
    for (const id of ['nowhere', '', "' or true --"]) {
      expect(await world.shops.byId(id)).toBeUndefined();
      expect(await world.shops.forScreens(id)).toBeUndefined();
      expect(await world.shops.forVisitors(id)).toBeUndefined();
      expect(await world.shops.keyOf(id, hashOf('key'))).toBeUndefined();
      expect([await world.shops.exists(id), await world.shops.keys(id)]).toEqual([false, '[]']);
    }
  });

  it('reads no more menus than a page holds, and those that are stored', async () => {
    const own = await openPorts();
    try {
      const ids = upTo(9).map(n => `shop-${n}`);
      for (const id of ids) await newShop(own, { id, dishes: [] });
      await own.pool.query('update menus set dishes = $1, bytes = 400000', [JSON.stringify(['x'.repeat(400_000)])]);
      const { rows } = await own.pool.query(LIST, ['']);
      expect(rows.map(({ id }) => id)).toEqual(ids.slice(0, 3));
      const { shops, next } = await own.shops.list(undefined);
      expect([shops.length, next]).toEqual([2, 'shop-2']);
      expect(shops[0]).toContain('xxx');
    } finally {
      await own.end();
    }
  });

  it('tells by its state whether it has changed: settings, menu, a screen that comes or goes', async () => {
    const id = await newShop(world);
    const states = new Set<string>();
    const note = async () => {
      const state = await world.shops.stateOf({ shop: id });
      expect(state).toBe((await world.shops.byId(id))?.state);
      states.add(state);
    };
    await note();
    await note();
    expect(states.size).toBe(1);
    await world.installation.upsertShop(aShop({ id, name: 'another' }), hashOf('key'));
    await note();
    await world.subscriptions.bindScreen({ id: 'a screen', shop: id, device: randomUUID(), keyId: `${id}.1` });
    await note();
    expect(states.size).toBe(3);
    expect(await world.shops.stateOf({ after: undefined })).toBe((await world.shops.list(undefined)).state);
  });

  it('builds the menu of a shop that the version before has changed', async () => {
    const id = await newShop(world);
    await world.pool.query("update dishes set name = 'new' where shop = $1 and id = 'rice'", [id]);
    await world.pool.query('update shops set version = version + 1 where id = $1', [id]);
    expect((await world.shops.byId(id))?.shop).toContain('"new"');
  });

  it('lists after the last shop up to an id what it lists after that id', async () => {
    const own = await openPorts();
    try {
      for (const id of ['Shop-b', 'shop-b', 'shop_d']) await newShop(own, { id, dishes: [] });
      for (const after of [
        '',
        '!',
        'S',
        'Shop-b',
        'Shop-c',
        'shop',
        'shop-b',
        'shop-b0',
        'shop_c',
        'shop_d',
        'shoq',
        '店',
      ]) {
        const start = await own.shops.lastUpTo(after);
        expect(await own.shops.list(start)).toEqual(await own.shops.list(after));
      }
      expect([await own.shops.lastUpTo(''), await own.shops.lastUpTo('shop-b')]).toEqual([undefined, 'shop-b']);
    } finally {
      await own.end();
    }
  });

  it('lists each shop once, a hundred at a time', async () => {
    const own = await openPorts();
    try {
      const ids = upTo(200).map(n => `${n % 2 === 0 ? 'Shop' : 'shop_'}-${n}`);
      for (const id of ids) await newShop(own, { id, dishes: [] });
      const seen: string[] = [];
      const sizes: number[] = [];
      let after: string | undefined;
      do {
        const { shops, next } = await own.shops.list(after);
        sizes.push(shops.length);
        seen.push(...shops.map(text => JSON.parse(text).id));
        after = next;
      } while (after !== undefined);
      expect(sizes).toEqual([100, 100]);
      expect(seen.toSorted()).toEqual(ids.toSorted());
    } finally {
      await own.end();
    }
  });
});
