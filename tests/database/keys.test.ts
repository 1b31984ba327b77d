import { randomUUID } from 'node:crypto';
import { type Database, openDatabase } from '../../db/database.ts';
import { migrate } from '../../db/migrate.ts';
import { postgresShops } from '../../db/shops.ts';
import { postgresSubscriptions } from '../../db/subscriptions.ts';
import type { KeyRole, ListedKey } from '../../functions/domain/frames.ts';
import { hashOf } from '../../functions/domain/secret.ts';
import { createTestDatabase } from '../support/postgres/database.ts';
import { aShop, type DatabasePorts, newShop, openPorts, upTo } from '../support/postgres/ports.ts';
import { migrateUpTo } from './older-schema.ts';

let world: DatabasePorts;

beforeAll(async () => {
  world = await openPorts();
});

afterAll(() => world.end());

const keysOf = async (shop: string) => JSON.parse(await world.shops.keys(shop)) as ListedKey[];
const make = (shop: string, key: string, role: KeyRole = 'staff', name = '厨房') =>
  world.installation.makeKey(shop, { name, role, hash: hashOf(key) });

async function aScreen(shop: string, keyId: string) {
  const id = randomUUID();
  expect((await world.subscriptions.bindScreen({ id, shop, device: randomUUID(), keyId })).outcome).toBe('bound');
  return id;
}

describe('the keys of a shop', () => {
  it('are listed without what they are: who has each, when it was made and when a screen with it was last seen', async () => {
    const shop = await newShop(world);
    const display = await make(shop, 'display', 'display');
    const before = await keysOf(shop);
    expect(before).toEqual([
      { keyId: `${shop}.1`, name: '', role: 'manager', madeAt: expect.any(String), lastSeenAt: null },
      { keyId: display, name: '厨房', role: 'display', madeAt: expect.any(String), lastSeenAt: null },
    ]);
    const screen = await aScreen(shop, display);
    expect(await world.subscriptions.touch(screen, undefined)).toMatchObject({ state: 'shop', role: 'display' });
    const [manager, seen] = await keysOf(shop);
    expect([manager?.lastSeenAt, typeof seen?.lastSeenAt]).toEqual([null, 'string']);
    // Once a minute is enough, also after the clock was set back.
    const stamp = async (seen: string) => {
      await world.pool.query(`update shop_keys set last_seen_at = ${seen} where shop = $1 and id = $2`, [
        shop,
        display,
      ]);
      const text = (await keysOf(shop))[1]?.lastSeenAt;
      await world.subscriptions.touch(screen, undefined);
      return (await keysOf(shop))[1]?.lastSeenAt !== text;
    };
    expect(await stamp("now() - interval '30 seconds'")).toBe(false);
    expect(await stamp("now() - interval '61 seconds'")).toBe(true);
    expect(await stamp("now() + interval '1 hour'")).toBe(true);
  });

  it('are stored as hashes alone', async () => {
    const shop = await newShop(world);
    await make(shop, 'a key that nobody keeps');
    const { rows } = await world.pool.query('select k::text as row from shop_keys k where shop = $1', [shop]);
    expect(JSON.stringify(rows)).toContain(hashOf('a key that nobody keeps').toString('hex'));
    expect(JSON.stringify(rows)).not.toContain('nobody keeps');
  });

  it('are at most 50, and numbers are not given twice', async () => {
    const shop = await newShop(world);
    const ids = await Promise.all(upTo(49).map(n => make(shop, `key ${n}`)));
    expect(new Set([...ids, `${shop}.1`]).size).toBe(50);
    await expect(make(shop, 'one more')).rejects.toMatchObject({ code: 'keys_full' });
    await world.installation.revokeKey(shop, ids[48] ?? '');
    const [next] = await Promise.allSettled([make(shop, 'one more'), make(shop, 'and another')]);
    expect((await keysOf(shop)).length).toBe(50);
    expect(next.status === 'rejected' || !ids.includes(next.value)).toBe(true);
    await expect(make('nowhere', 'key')).rejects.toMatchObject({ code: 'shop_not_found' });
  });
});

describe('a key that is revoked', () => {
  it('opens nothing more, and its screens alone are cut off at once and closed', async () => {
    const shop = await newShop(world);
    const staff = await make(shop, 'staff');
    const [manager, one, two] = [
      await aScreen(shop, `${shop}.1`),
      await aScreen(shop, staff),
      await aScreen(shop, staff),
    ];
    await world.pool.query('select revoke_key($1, $2)', [shop, staff]);
    // Also when the call ends here, before anybody is closed.
    expect(await world.subscriptions.screensOf(shop)).toEqual([manager]);
    expect(await world.subscriptions.touch(one, undefined)).toEqual({ state: 'revoked' });
    expect(await world.shops.keyOf(shop, hashOf('staff'))).toBeUndefined();
    const late = await world.subscriptions.bindScreen({ id: randomUUID(), shop, device: randomUUID(), keyId: staff });
    expect(late.outcome).toBe('revoked');
    expect((await world.subscriptions.revokedScreens(shop)).sort()).toEqual([one, two].sort());
    expect(await world.subscriptions.touch(manager, undefined)).toMatchObject({ state: 'shop' });
  });

  it('leaves no screen behind, whatever hellos it meets', async () => {
    const shop = await newShop(world);
    const staff = await make(shop, 'staff');
    await Promise.all([
      ...upTo(12).map(() =>
        world.subscriptions.bindScreen({ id: randomUUID(), shop, device: randomUUID(), keyId: staff }),
      ),
      world.installation.revokeKey(shop, staff),
    ]);
    expect(await world.subscriptions.screensOf(shop)).toEqual([]);
  });

  it('is not of another shop, and not the last of a manager, though two managers revoke each other’s', async () => {
    const [shop, other] = [await newShop(world), await newShop(world)];
    await make(shop, 'staff');
    const elsewhere = await make(other, 'staff');
    const refusal = (keyId: string) => world.installation.revokeKey(shop, keyId).catch(error => error.code);
    expect(await refusal(elsewhere)).toBe('not_found');
    expect(await refusal('')).toBe('not_found');
    expect(await refusal(`${shop}.1`)).toBe('last_manager');
    for (const n of upTo(10)) {
      const [first, second] = (await keysOf(shop)).filter(({ role }) => role === 'manager');
      const another = second?.keyId ?? (await make(shop, `manager ${n}`, 'manager'));
      const outcomes = await Promise.all([refusal(first?.keyId ?? ''), refusal(another)]);
      expect(outcomes.filter(outcome => outcome === 'last_manager')).toHaveLength(1);
    }
    expect((await keysOf(other)).map(({ keyId }) => keyId)).toContain(elsewhere);
  });

  it('goes with all others when the keys of the shop are changed', async () => {
    const shop = await newShop(world);
    const screens = [await aScreen(shop, `${shop}.1`), await aScreen(shop, await make(shop, 'staff'))];
    expect((await world.installation.rotateKey(shop, hashOf('another')))?.sort()).toEqual(screens.sort());
    expect(await keysOf(shop)).toMatchObject([{ keyId: `${shop}.3`, role: 'manager' }]);
  });
});

describe('the version before', () => {
  /** What it asks, word for word. */
  const KEY = 'select key_hash, key_version from shops where id = $1';
  const BIND = "select * from bind_screen($1, $2, $3, $4, interval '1 hour', 9)";
  const TOUCH = "select * from touch_connection($1, interval '1 hour', null, null, null)";
  const device = randomUUID();

  it('leaves its keys to managers, and goes on beside this one', async () => {
    const own = await createTestDatabase({ empty: true });
    const database: Database = openDatabase({ url: own.url, poolSize: 4 });
    try {
      await migrateUpTo(own.pool, 31);
      const shop = aShop();
      await own.pool.query('select upsert_shop($1, $2)', [shop, hashOf('key')]);
      await own.pool.query(BIND, ['before', shop.id, device, 1]);
      await migrate(own.pool);
      const shops = postgresShops(database);
      const subscriptions = postgresSubscriptions(database, { perShop: 9, perOrder: 9, visitorsPerShop: 9 });
      const keyId = `${shop.id}.1`;
      expect(await shops.keyOf(shop.id, hashOf('key'))).toEqual({ keyId, name: '', role: 'manager' });
      expect(await subscriptions.touch('before', undefined)).toMatchObject({ state: 'shop', role: 'manager' });
      const { rows: known } = await own.pool.query(KEY, [shop.id]);
      expect(known).toEqual([{ key_hash: hashOf('key'), key_version: 1 }]);
      const { rows: bound } = await own.pool.query(BIND, ['after', shop.id, device, 1]);
      expect(bound).toEqual([{ outcome: 'bound', replaced: [] }]);
      expect((await own.pool.query(TOUCH, ['after'])).rows).toMatchObject([{ state: 'shop', shop: shop.id }]);
      expect(await subscriptions.touch('after', undefined)).toMatchObject({ state: 'shop', role: 'manager' });

      await own.pool.query("select make_key($1, 'x', 'manager', $2)", [shop.id, hashOf('another')]);
      await own.pool.query('select revoke_key($1, $2)', [shop.id, keyId]);
      expect((await own.pool.query(BIND, ['late', shop.id, device, 1])).rows).toMatchObject([{ outcome: 'closed' }]);
      expect((await subscriptions.revokedScreens(shop.id)).sort()).toEqual(['after', 'before']);
    } finally {
      await database.end();
      await own.drop();
    }
  });
});
