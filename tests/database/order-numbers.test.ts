import { type DatabasePorts, inParallel, newShop, openPorts, place, read, upTo } from '../support/postgres/ports.ts';
import { beginNextDay, setClock } from '../support/postgres/stepped-clock.ts';

let world: DatabasePorts;
let shop: string;
beforeEach(async () => {
  world = await openPorts();
  shop = await newShop(world);
});
afterEach(() => world.end());

describe('9.9: the numbers of a new day', () => {
  it('leave out those of orders of the evening before that are still open', async () => {
    await placeMany(5);
    await complete([2, 4]);
    await beginNextDay(world.pool, shop);
    expect(await placeMany(5)).toEqual([2, 4, 6, 7, 8]);
  });

  it('begin with 1 when nothing is open any more', async () => {
    await placeMany(3);
    await complete([1, 2, 3]);
    await beginNextDay(world.pool, shop);
    expect(await placeMany(2)).toEqual([1, 2]);
  });

  it('leave out an order that has been open for days', async () => {
    await placeMany(1);
    for (let day = 0; day < 3; day++) {
      await beginNextDay(world.pool, shop);
      expect(await placeMany(2)).toEqual([2, 3]);
      await complete([2, 3]);
    }
  });

  it('are unique among all open orders and rise, though 16 customers order around midnight', async () => {
    await placeMany(20);
    await complete([3, 7, 8]);
    await beginNextDay(world.pool, shop);
    await inParallel(16, upTo(60), () => place(world, shop));
    const { rows } = await world.pool.query<{ open: string; distinct: string; rises: boolean }>(
      `select count(*) as open, count(distinct number) as distinct, (
         select bool_and(number > before) from (
           select number, lag(number) over (partition by day order by placed_seq) as before from orders where shop = $1) o
       ) as rises
       from orders where shop = $1 and status = 'placed'`,
      [shop],
    );
    expect(rows).toEqual([{ open: '77', distinct: '77', rises: true }]);
  });

  it('do not grow for ever where nobody completes an order: the newest thousand are left out', async () => {
    await placeMany(1);
    await world.pool.query(
      `insert into orders select (o).* from (
         select jsonb_populate_record(o, jsonb_build_object('id', gen_random_uuid(), 'number', n, 'placed_seq', -n,
           'day', o.day - 1 - n / 500)) as o
         from orders o, generate_series(2, 3000) n where o.shop = $1) o`,
      [shop],
    );
    await beginNextDay(world.pool, shop);
    const [number = 0] = await placeMany(1);
    expect(number).toBe(1001);
  });

  it('go on where they were when a corrected clock brings a day back, and no number comes twice', async () => {
    expect(await placeMany(2)).toEqual([1, 2]);
    await setClock(world.pool, '2 days');
    expect(await placeMany(2)).toEqual([3, 4]);
    await setClock(world.pool, '-2 days');
    expect(await placeMany(2)).toEqual([5, 6]);
    const { rows } = await world.pool.query(
      'select day - min(day) over () as day, number from orders where shop = $1 order by placed_seq',
      [shop],
    );
    expect(rows.map(({ day }) => day)).toEqual([0, 0, 2, 2, 0, 0]);
  });
});

async function placeMany(count: number): Promise<number[]> {
  const numbers: number[] = [];
  for (let index = 0; index < count; index++) numbers.push(read((await place(world, shop)).order).number);
  return numbers;
}

async function complete(numbers: number[]): Promise<void> {
  await world.pool.query("update orders set status = 'completed' where shop = $1 and number = any($2)", [
    shop,
    numbers,
  ]);
}
