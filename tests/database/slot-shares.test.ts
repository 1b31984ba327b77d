import { randomInt, randomUUID } from 'node:crypto';
import { cleanUp } from '../../db/cleaning.ts';
import { Refusal } from '../../functions/domain/refusal.ts';
import { aRequest, type DatabasePorts, newShop, openPorts, placing } from '../support/postgres/ports.ts';

let world: DatabasePorts;
beforeAll(async () => {
  world = await openPorts({ limits: { perAddress: 1_000, perPhone: 1_000, perShop: 10_000 } });
});
afterAll(() => world.end());

const DAY_MS = 24 * 60 * 60 * 1000;
const dayIn = (days: number) => new Date(Date.now() + days * DAY_MS).toISOString().slice(0, 10);
const tomorrow = dayIn(1);
const at = (hour: number, day = tomorrow) => `${day}T${String(hour).padStart(2, '0')}:00:00.000Z`;
const aPhone = () => `139${String(randomInt(1e8)).padStart(8, '0')}`;

/** A shop in UTC with a slot every hour of every day. */
const aShopForLater = (perSlot: number) =>
  newShop(world, { timeZone: 'UTC', later: { leadMinutes: 0, daysAhead: 3, slotMinutes: 60, perSlot } });

/** Orders for a slot; resolves to `placed` or the code of the refusal. */
function order(shop: string, address: string | undefined, wantedAt: string, phone = aPhone()): Promise<string> {
  const request = aRequest(shop, { customer: { name: 'x', phone, address: 'y' }, wantedAt });
  return world.orders.place(placing(request, { address })).then(
    () => 'placed',
    error => (error instanceof Refusal ? error.code : String(error)),
  );
}

test('13.5 a stranger’s address gets five places of a day, and none of its tries takes one', async () => {
  const shop = await aShopForLater(10);
  const outcomes: string[] = [];
  for (let hour = 0; hour < 12; hour++) outcomes.push(await order(shop, 'a stranger', at(hour)));
  expect(outcomes).toEqual([...Array(5).fill('placed'), ...Array(7).fill('slot_full')]);
  const slots = JSON.parse((await world.shops.slots(shop, tomorrow)) ?? '') as { free: number }[];
  expect(slots.reduce((sum, { free }) => sum + free, 0)).toBe(24 * 10 - 5);
  expect(await order(shop, 'a stranger', at(0, dayIn(2)))).toBe('placed');
  expect(await order(shop, 'somebody else', at(20))).toBe('placed');
});

test('13.5 the second half of a slot goes to addresses that have none of that day', async () => {
  const shop = await aShopForLater(4);
  expect([await order(shop, 'a', at(9)), await order(shop, 'a', at(9))]).toEqual(['placed', 'placed']);
  expect(await order(shop, 'a', at(9))).toBe('slot_full');
  expect([await order(shop, 'b', at(9)), await order(shop, 'c', at(9))]).toEqual(['placed', 'placed']);
  expect(await order(shop, 'd', at(9))).toBe('slot_full');
  expect(await order(shop, 'b', at(10))).toBe('placed');
});

test('whose order the shop has completed, and who comes from an unlimited place, is no stranger', async () => {
  const shop = await aShopForLater(20);
  const phone = aPhone();
  await world.pool.query('insert into regulars (shop, phone, at) values ($1, phone_hash($2), now())', [shop, phone]);
  for (let count = 0; count < 8; count++) expect(await order(shop, 'a house', at(9), phone)).toBe('placed');
  for (let count = 0; count < 8; count++) expect(await order(shop, undefined, at(10))).toBe('placed');
});

test('one key has one place, however often it comes', async () => {
  const shop = await aShopForLater(20);
  const key = randomUUID();
  const request = aRequest(shop, { wantedAt: at(9) });
  for (let count = 0; count < 10; count++) await world.orders.place(placing(request, { key, address: 'a' }));
  const { rows } = await world.pool.query('select count from slot_shares where shop = $1', [shop]);
  expect(rows).toEqual([{ count: 1 }]);
});

test('what was counted goes when its day is over', async () => {
  const shop = await aShopForLater(20);
  await order(shop, 'a', at(9));
  await world.pool.query(
    "insert into slot_shares (shop, day, address, count) select $1, current_date - 3, 'a' || n, 1 from generate_series(1, 2500) n",
    [shop],
  );
  await world.pool.query("update chores set done_at = '-infinity'");
  await cleanUp(world.database);
  const { rows } = await world.pool.query('select address from slot_shares where shop = $1', [shop]);
  expect(rows).toEqual([{ address: 'a' }]);
});
