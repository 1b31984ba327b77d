import { randomUUID } from 'node:crypto';
import type { Change, Shop } from '../../functions/domain/frames.ts';
import { newShop, place } from '../support/postgres/ports.ts';
import { letTimePass } from '../support/postgres/stepped-clock.ts';
import { aScreen, openRedelivery, type RecordedRedelivery } from './recorded-redelivery.ts';

// A shop opens and closes by its hours, whoever is there to see it.

let world: RecordedRedelivery;
beforeAll(async () => {
  world = await openRedelivery();
});
afterAll(() => world.end());

async function shopSays(shop: string, operation: Change): Promise<void> {
  const contentHash = new Uint8Array(32);
  const asked = { id: randomUUID(), scope: shop, contentHash, shop, byCustomer: false, operation };
  expect(JSON.parse((await world.commands.run(asked)).result)).toMatchObject({ ok: true });
}

async function seen(shop: string): Promise<Shop> {
  return JSON.parse((await world.shops.byId(shop))?.shop ?? '');
}

/** Every day from one whole hour to another, both so many hours from now, in UTC. */
function hoursFromNow(from: number, to: number): Change {
  const hour = new Date().getUTCHours();
  const at = (offset: number) => `${String((hour + offset + 24) % 24).padStart(2, '0')}:00`;
  const periods = [{ from: at(from), to: at(to) }];
  return { op: 'set_hours', hours: { week: Array.from({ length: 7 }, () => periods), exceptions: [] } };
}

test('hours open and close a shop, which says when that changes next', async () => {
  const shop = await newShop(world, { timeZone: 'UTC' });
  await shopSays(shop, hoursFromNow(-2, 3));
  expect(await seen(shop)).toMatchObject({ open: true, isSwitchedOn: true, opensAt: null, closesAt: inHours(3) });
  await shopSays(shop, hoursFromNow(2, 3));
  expect(await seen(shop)).toMatchObject({ open: false, isSwitchedOn: true, opensAt: inHours(2), closesAt: null });
  await shopSays(shop, { op: 'set_hours', hours: { week: [[], [], [], [], [], [], []], exceptions: [] } });
  expect(await seen(shop)).toMatchObject({ open: true, opensAt: null, closesAt: null });
});

test('the shop’s own switch counts as well, and a paused one opens within its hours', async () => {
  const shop = await newShop(world, { timeZone: 'UTC' });
  await shopSays(shop, hoursFromNow(-2, 3));
  await shopSays(shop, { op: 'set_open', open: false });
  expect(await seen(shop)).toMatchObject({ open: false, isSwitchedOn: false, opensAt: null, closesAt: null });
  await shopSays(shop, { op: 'pause', minutes: 30 });
  const paused = await seen(shop);
  expect(paused.opensAt).toBe(paused.pausedUntil);
  await shopSays(shop, hoursFromNow(5, 6));
  expect(await seen(shop)).toMatchObject({ open: false, opensAt: inHours(5) });
});

test('opening and closing raise the version and are told to those who look, once', async () => {
  const shop = await newShop(world, { timeZone: 'UTC' });
  const screen = await aScreen(world, shop);
  await shopSays(shop, hoursFromNow(1, 2));
  const { version, open } = await seen(shop);
  expect(open).toBe(false);
  await world.run();
  expect((await seen(shop)).version).toBe(version);
  // As far as the database can tell, the hour is over.
  await world.pool.query('update shops set hours = $2, hours_change_at = now() where id = $1', [shop, now()]);
  expect((await world.run()).reopened).toBe(1);
  expect(await seen(shop)).toMatchObject({ open: true, version: version + 1 });
  expect(world.pushed.get(screen)).toContainEqual(
    expect.objectContaining({ type: 'shop', shop: expect.objectContaining({ open: true, version: version + 1 }) }),
  );
  expect((await world.run()).reopened).toBe(0);
  const { rows } = await world.pool.query('select version from menus where shop = $1', [shop]);
  expect(rows).toEqual([{ version: String(version + 1) }]);
});

test('a clock that was set makes the timer look at the hours anew', async () => {
  const shop = await newShop(world, { timeZone: 'UTC' });
  await shopSays(shop, hoursFromNow(-2, 3));
  await world.run();
  await letTimePass(world.pool, '10 minutes');
  expect((await world.run()).reopened).toBeGreaterThan(0);
});

test('an order for later does not expire because its shop is closed, but when nobody accepts it after the opening', async () => {
  const later = { leadMinutes: 0, daysAhead: 2, slotMinutes: 30, perSlot: 5 };
  const shop = await newShop(world, { timeZone: 'UTC', acceptMinutes: 7, later });
  await shopSays(shop, hoursFromNow(2, 4));
  const { orderId } = await place(world, shop, { wantedAt: inHours(3) });
  const statusOf = async () => JSON.parse((await world.streams.order(orderId))?.order ?? '').status;
  await world.pool.query("update orders set placed_at = placed_at - interval '2 hours' where id = $1", [orderId]);
  await world.run();
  expect(await statusOf()).toBe('placed');
  const { rows } = await world.pool.query('select accept_by from orders where id = $1', [orderId]);
  expect(rows[0].accept_by.getTime() - Date.parse(inHours(2))).toBe(7 * 60_000);
  // As if the shop had opened seven minutes ago.
  await world.pool.query('update orders set waits_from = now() - $2::interval, accept_by = now() where id = $1', [
    orderId,
    '7 minutes',
  ]);
  await world.run();
  expect(await statusOf()).toBe('expired');
});

function inHours(hours: number): string {
  const at = new Date();
  at.setUTCHours(at.getUTCHours() + hours, 0, 0, 0);
  return at.toISOString();
}

function now(): object {
  return (hoursFromNow(-1, 1) as Extract<Change, { op: 'set_hours' }>).hours;
}
