import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { postgresInstallation } from '../../db/installation.ts';
import { parseInitEvent } from '../../functions/domain/init-event.ts';
import { demoShops } from '../../functions/init_db/demo-shops.ts';
import { initDb } from '../../functions/init_db/init-db.ts';
import { demoKeys } from '../../scripts/local/demo-keys.ts';
import { openPorts } from '../support/postgres/ports.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

// The demo shops show all that a shop may have, and stay as whoever tries the system changes them.

test('they are right by the rules, one is open at every hour, and one has all there is', () => {
  expect(() => parseInitEvent({ shops: demoShops })).not.toThrow();
  expect(demoShops[0]).not.toHaveProperty('hours');
  expect(demoShops[0]).not.toHaveProperty('open');
  const whole = demoShops.find(({ id }) => id === 'shop3');
  for (const field of ['hours', 'pickup', 'delivery', 'discounts', 'later', 'about'])
    expect(whole).toHaveProperty(field);
  expect(whole?.delivery?.areas.length).toBeGreaterThan(1);
  expect(whole?.dishes?.[0]?.options?.map(({ id }) => id)).toEqual(['size', 'heat', 'toppings']);
});

test('a restart leaves what was changed and keeps the keys', async () => {
  const world = await openPorts();
  const directory = temporaryDirectory('demo-shops-');
  const push = { send: async () => 'gone' as const, close: async () => 'gone' as const };
  const start = () => demoKeys(directory, world.database.pool, initDb(postgresInstallation(world.database), push));
  try {
    const keys = await start();
    expect(Object.keys(keys)).toEqual(['shop1', 'shop2', 'shop3']);
    await world.database.query("update shops set name = 'Mine' where id = 'shop1'");
    expect(await start()).toEqual(keys);
    const [shop] = await world.database.query<{ name: string }>("select name from shops where id = 'shop1'");
    expect(shop?.name).toBe('Mine');
    expect(JSON.parse(readFileSync(path.join(directory, 'demo-keys.json'), 'utf8'))).toEqual(keys);
  } finally {
    rmSync(directory, { recursive: true, force: true });
    await world.end();
  }
});
