import { openDatabase } from '../../db/database.ts';
import { postgresOrders } from '../../db/orders.ts';
import { Refusal, statusOfCode } from '../../functions/domain/refusal.ts';
import { aRequest, type DatabasePorts, newShop, openPorts, placing, upTo } from '../support/postgres/ports.ts';

// Two customers race for the last place of a slot, each over a connection of their own. LAST_PLACE_TRIES says how often.

const TRIES = Number(process.env.LAST_PLACE_TRIES ?? 50);
const MINUTE_MS = 60_000;

let world: DatabasePorts;
let customers: ReturnType<typeof openDatabase>[];
beforeAll(async () => {
  world = await openPorts();
  customers = upTo(2).map(() => openDatabase({ url: world.url, poolSize: 1 }));
});
afterAll(async () => {
  await Promise.all(customers.map(customer => customer.end()));
  await world.end();
});

/** The status that `bill` answers. */
async function statusOf(placed: Promise<unknown>): Promise<number> {
  try {
    await placed;
    return 201;
  } catch (error) {
    if (error instanceof Refusal && error.code === 'slot_full') return statusOfCode.slot_full;
    throw error;
  }
}

test(`in ${TRIES} of ${TRIES} tries one gets 201 and the other 409`, async () => {
  const later = { leadMinutes: 0, daysAhead: 30, slotMinutes: 5, perSlot: 1 };
  const shop = await newShop(world, { timeZone: 'UTC', later });
  const tomorrow = Math.ceil(Date.now() / (24 * 60 * MINUTE_MS)) * 24 * 60 * MINUTE_MS;
  for (const slot of upTo(TRIES)) {
    const wantedAt = new Date(tomorrow + slot * 5 * MINUTE_MS).toISOString();
    const statuses = await Promise.all(
      customers.map(customer =>
        statusOf(postgresOrders(customer, undefined).place(placing(aRequest(shop, { wantedAt })))),
      ),
    );
    expect([...statuses].sort()).toEqual([201, 409]);
  }
  const { rows } = await world.pool.query(
    'select count(*)::integer as orders, count(distinct wanted_at)::integer as slots from orders where shop = $1',
    [shop],
  );
  expect(rows).toEqual([{ orders: TRIES, slots: TRIES }]);
});
