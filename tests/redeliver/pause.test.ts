import { randomBytes, randomUUID } from 'node:crypto';
import type { Change } from '../../functions/domain/frames.ts';
import { newShop, place } from '../support/postgres/ports.ts';
import { letTimePass, setClock } from '../support/postgres/stepped-clock.ts';
import { aScreen, openRedelivery, type RecordedRedelivery } from './recorded-redelivery.ts';

// A paused shop opens again by itself, whoever is there to see it.

let world: RecordedRedelivery;
beforeEach(async () => {
  world = await openRedelivery();
});
afterEach(() => world.end());

async function shopSays(shop: string, operation: Change): Promise<void> {
  const { result } = await world.commands.run({
    id: randomUUID(),
    scope: shop,
    contentHash: new Uint8Array(32),
    shop,
    byCustomer: false,
    operation,
  });
  expect(JSON.parse(result)).toMatchObject({ ok: true });
}

async function seen(shop: string): Promise<{ open: boolean; pausedUntil: string | null; version: number }> {
  return JSON.parse((await world.shops.byId(shop))?.shop ?? '');
}

describe('9.15: a pause', () => {
  test('closes the shop and says until when; then it opens without any screen, and takes orders', async () => {
    const shop = await newShop(world);
    await shopSays(shop, { op: 'pause', minutes: 15 });
    const { open, pausedUntil, version } = await seen(shop);
    expect({ open, version }).toEqual({ open: false, version: 2 });
    const minutes = (Date.parse(pausedUntil ?? '') - Date.now()) / 60_000;
    expect(minutes).toBeCloseTo(15, 1);
    await expect(place(world, shop)).rejects.toMatchObject({ code: 'shop_closed' });
    await letTimePass(world.pool, '14 minutes');
    expect((await world.run()).reopened).toBe(0);
    await letTimePass(world.pool, '61 seconds');
    expect((await world.run()).reopened).toBe(1);
    expect(await seen(shop)).toMatchObject({ open: true, pausedUntil: null, version: 3 });
    await place(world, shop);
    expect((await world.run()).reopened).toBe(0);
  });

  test('is told to the shop’s screens when it is over', async () => {
    const shop = await newShop(world);
    const screen = await aScreen(world, shop);
    await shopSays(shop, { op: 'pause', minutes: 1 });
    await letTimePass(world.pool, '61 seconds');
    await world.run();
    expect(world.pushed.get(screen)).toContainEqual(
      expect.objectContaining({ type: 'shop', shop: expect.objectContaining({ open: true, pausedUntil: null }) }),
    );
  });

  test('ends when somebody opens the shop, and never opens one that was closed meanwhile', async () => {
    const [opened, closed] = [await newShop(world), await newShop(world)];
    for (const shop of [opened, closed]) await shopSays(shop, { op: 'pause', minutes: 30 });
    await shopSays(opened, { op: 'set_open', open: true });
    await shopSays(closed, { op: 'set_open', open: false });
    expect(await seen(opened)).toMatchObject({ open: true, pausedUntil: null });
    await letTimePass(world.pool, '31 minutes');
    expect((await world.run()).reopened).toBe(0);
    expect(await seen(closed)).toMatchObject({ open: false, pausedUntil: null });
  });

  test.each([
    true,
    false,
  ])('ends when the owner sets up the shop with open: %s, and lasts when that says nothing of it', async open => {
    const shop = await newShop(world);
    await shopSays(shop, { op: 'pause', minutes: 30 });
    const setUp = (more: object) =>
      world.pool.query('select upsert_shop($1, $2)', [
        { id: shop, name: 'S', currency: 'CNY', ...more },
        randomBytes(32),
      ]);
    await setUp({});
    expect(await seen(shop)).toMatchObject({ open: false, pausedUntil: expect.any(String) });
    await setUp({ open });
    expect(await seen(shop)).toMatchObject({ open, pausedUntil: null });
    await letTimePass(world.pool, '31 minutes');
    expect((await world.run()).reopened).toBe(0);
  });

  test('begins anew with the next one, and lasts through other changes', async () => {
    const shop = await newShop(world);
    await shopSays(shop, { op: 'pause', minutes: 60 });
    await shopSays(shop, { op: 'pause', minutes: 15 });
    await shopSays(shop, { op: 'set_busy', busyMinutes: 15 });
    const { pausedUntil } = await seen(shop);
    expect((Date.parse(pausedUntil ?? '') - Date.now()) / 60_000).toBeCloseTo(15, 1);
  });

  test.each(['3 hours', '-3 hours', '40 days'])('goes on where it was when the clock is set by %s', async step => {
    const shop = await newShop(world);
    await shopSays(shop, { op: 'pause', minutes: 30 });
    await world.run();
    await letTimePass(world.pool, '20 seconds');
    await setClock(world.pool, step);
    expect((await world.run()).reopened).toBe(0);
    let reopened = 0;
    let passed = 20;
    for (; reopened === 0 && passed < 45 * 60; passed += 60) {
      await letTimePass(world.pool, '60 seconds');
      reopened += (await world.run()).reopened;
    }
    expect(reopened).toBe(1);
    expect(passed / 60).toBeGreaterThan(29);
    expect(passed / 60).toBeLessThan(33);
  });
});
