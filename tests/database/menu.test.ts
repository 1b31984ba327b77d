import { randomUUID } from 'node:crypto';
import type { Change } from '../../functions/domain/frames.ts';
import { aRequest, type DatabasePorts, openPorts, place, placing, read, upTo } from '../support/postgres/ports.ts';
import { aShopScene, type ShopScene } from '../support/postgres/scene.ts';

let world: DatabasePorts;
beforeAll(async () => {
  world = await openPorts();
});
afterAll(() => world.end());

const tea = (differing: object = {}): Change => ({
  op: 'put_dish',
  dish: 'tea',
  name: '酸梅汤',
  category: '饮料',
  priceCents: 600,
  available: true,
  ...differing,
});

describe('a dish that is put on the menu', () => {
  it('goes to the end of its category, and behind everything when the category is new', async () => {
    const scene = await aShopScene(world);
    expect(await scene.menu()).toEqual(['rice', 'egg', 'tofu']);
    expect(await scene.ask(tea())).toBe('ok');
    expect(await scene.ask(tea({ dish: 'noodles', category: '主食' }))).toBe('ok');
    expect(await scene.ask(tea({ dish: 'pork', category: '热菜' }))).toBe('ok');
    expect(await scene.menu()).toEqual(['rice', 'egg', 'noodles', 'tofu', 'pork', 'tea']);
    const { dishes, version } = await scene.seen();
    expect(version).toBe(4);
    expect(dishes?.at(-1)).toEqual({ id: 'tea', name: '酸梅汤', category: '饮料', priceCents: 600, available: true });
  });

  it('changes the one with its id where it stands, or at the end of another category', async () => {
    const scene = await aShopScene(world);
    await scene.ask(tea({ dish: 'rice', name: '大米饭', category: '主食', priceCents: 250, available: false }));
    expect(await scene.menu()).toEqual(['rice', 'egg', 'tofu']);
    const [rice] = (await scene.seen()).dishes ?? [];
    expect(rice).toEqual({ id: 'rice', name: '大米饭', category: '主食', priceCents: 250, available: false });
    await scene.ask(tea({ dish: 'rice', category: '热菜' }));
    expect(await scene.menu()).toEqual(['egg', 'tofu', 'rice']);
    await scene.ask(tea({ dish: 'rice', category: '' }));
    expect(await scene.menu()).toEqual(['egg', 'tofu', 'rice']);
  });

  it('can be ordered at once for its new price, and an order keeps what it was placed with', async () => {
    const scene = await aShopScene(world);
    const { order } = await place(world, scene.shop);
    await scene.ask(tea({ dish: 'rice', name: '金米饭', category: '主食', priceCents: 999 }));
    await expect(place(world, scene.shop, { expectedTotalCents: 400 })).rejects.toMatchObject({
      code: 'price_changed',
    });
    expect(read((await place(world, scene.shop)).order).totalCents).toBe(1998);
    await scene.ask({ op: 'remove_dish', dish: 'rice' });
    await expect(place(world, scene.shop)).rejects.toMatchObject({ code: 'dish_unavailable' });
    const kept = read((await world.streams.order(read(order).id))?.order ?? '');
    expect(kept.items).toMatchObject([{ dish: 'rice', name: '米饭', priceCents: 200, quantity: 2, note: null }]);
  });

  it('is refused when the menu is full, and one that is there can still be changed', async () => {
    const dishes = upTo(1_000).map(n => ({ id: `dish-${n}`, name: 'x', priceCents: n }));
    const scene = await aShopScene(world, { dishes });
    expect(await scene.ask(tea())).toBe('menu_full');
    expect(await scene.ask(tea({ dish: 'dish-7' }))).toBe('ok');
    expect((await scene.menu()).at(-1)).toBe('dish-7');
    expect(await scene.ask({ op: 'remove_dish', dish: 'dish-1' })).toBe('ok');
    expect(await scene.ask(tea())).toBe('ok');
    expect(await scene.ask(tea({ dish: 'one more' }))).toBe('menu_full');
    expect(await scene.menu()).toHaveLength(1_000);
  });

  it.each(['__proto__', 'constructor', "'; drop table dishes --", '菜'.repeat(64)])('may be called %s', async dish => {
    const scene = await aShopScene(world);
    expect(await scene.ask(tea({ dish, name: '<b>"茶"</b>\\', category: '__proto__' }))).toBe('ok');
    expect((await scene.seen()).dishes?.at(-1)).toMatchObject({
      id: dish,
      name: '<b>"茶"</b>\\',
      category: '__proto__',
    });
    const items = [{ dish, quantity: 1 }];
    expect(read((await world.orders.place(placing(aRequest(scene.shop, { items })))).order).totalCents).toBe(600);
    expect(await scene.ask({ op: 'remove_dish', dish })).toBe('ok');
  });
});

describe('a menu that two screens change at once', () => {
  it('has every dish once, and each change raises the version', async () => {
    const scene = await aShopScene(world);
    const codes = await Promise.all(
      upTo(20).map(n => scene.ask(tea({ dish: `d${n % 10}`, category: n % 2 === 0 ? '主食' : '热菜' }))),
    );
    expect(new Set(codes)).toEqual(new Set(['ok']));
    const menu = await scene.menu();
    expect([...menu].sort()).toEqual([...upTo(10).map(n => `d${n - 1}`), 'egg', 'rice', 'tofu'].sort());
    expect((await scene.seen()).version).toBe(21);
    const { rows } = await world.pool.query(
      'select count(distinct position)::integer as places from dishes where shop = $1',
      [scene.shop],
    );
    expect(rows).toEqual([{ places: 13 }]);
  });
});

describe('the order of the menu', () => {
  let scene: ShopScene;
  beforeEach(async () => {
    scene = await aShopScene(world);
  });

  it('is what the shop says', async () => {
    expect(await scene.ask({ op: 'order_dishes', dishes: ['tofu', 'rice', 'egg'] })).toBe('ok');
    expect(await scene.menu()).toEqual(['tofu', 'rice', 'egg']);
    expect((await scene.seen()).version).toBe(2);
  });

  it.each([
    ['of too few', ['tofu', 'rice']],
    ['with one twice', ['tofu', 'rice', 'rice']],
    ['with one twice more', ['tofu', 'rice', 'egg', 'egg']],
    ['with one that is not there', ['tofu', 'rice', 'caviar']],
    ['with one more that is not there', ['tofu', 'rice', 'egg', 'caviar']],
    ['of nothing', []],
  ])('%s is a version conflict, and nothing moves', async (_, dishes) => {
    const outcome = await scene.run({ op: 'order_dishes', dishes });
    expect(JSON.parse(outcome.result)).toMatchObject({ ok: false, error: { code: 'version_conflict' } });
    expect(outcome.shopChanged).toBe(false);
    expect(await scene.menu()).toEqual(['rice', 'egg', 'tofu']);
    expect((await scene.seen()).version).toBe(1);
  });

  it('of another shop’s menu is none', async () => {
    const other = await aShopScene(world, { dishes: [{ id: 'caviar', name: 'x', priceCents: 1 }] });
    expect(await scene.ask({ op: 'order_dishes', dishes: ['caviar'] })).toBe('version_conflict');
    expect(await scene.ask({ op: 'remove_dish', dish: 'caviar' })).toBe('not_found');
    expect(await other.menu()).toEqual(['caviar']);
  });
});

describe('9.10: what moves in the menu', () => {
  const dish = (id: string, category: string) => ({ id, name: id, category, priceCents: 1 });
  const menuOf = async (scene: ShopScene) =>
    (await scene.seen()).dishes?.map(({ id, category }) => `${category}:${id}`);
  let scene: ShopScene;
  beforeEach(async () => {
    // As init_db lets it be: the dishes of a category need not stand together.
    const dishes = [dish('a1', 'A'), dish('b1', 'B'), dish('a2', 'A'), dish('c1', 'C'), dish('b2', 'B')];
    scene = await aShopScene(world, { dishes });
  });

  it.each<[Change, string[]]>([
    [{ op: 'move_dish', dish: 'c1', before: 'b1' }, ['a1', 'c1', 'b1', 'a2', 'b2']],
    [{ op: 'move_dish', dish: 'a1', before: 'b2' }, ['b1', 'a2', 'c1', 'a1', 'b2']],
    [{ op: 'move_dish', dish: 'b1' }, ['a1', 'a2', 'c1', 'b2', 'b1']],
    [{ op: 'move_dish', dish: 'b1', before: 'b1' }, ['a1', 'b1', 'a2', 'c1', 'b2']],
    [{ op: 'move_category', category: 'B', before: 'A' }, ['b1', 'b2', 'a1', 'a2', 'c1']],
    [{ op: 'move_category', category: 'A', before: 'C' }, ['b1', 'a1', 'a2', 'c1', 'b2']],
    [{ op: 'move_category', category: 'A' }, ['b1', 'c1', 'b2', 'a1', 'a2']],
    [{ op: 'move_category', category: 'C', before: 'C' }, ['a1', 'b1', 'a2', 'c1', 'b2']],
  ])('%j: it stands there, and everything else as before', async (change, menu) => {
    expect(await scene.ask(change)).toBe('ok');
    expect(await scene.menu()).toEqual(menu);
    const { rows } = await world.pool.query(
      'select count(distinct position)::integer as places from dishes where shop = $1',
      [scene.shop],
    );
    expect(rows).toEqual([{ places: 5 }]);
  });

  it('a category gets another name, or that of another one, and its dishes stay where they are', async () => {
    expect(await scene.ask({ op: 'rename_category', category: 'A', name: 'N' })).toBe('ok');
    expect(await menuOf(scene)).toEqual(['N:a1', 'B:b1', 'N:a2', 'C:c1', 'B:b2']);
    expect(await scene.ask({ op: 'rename_category', category: 'N', name: 'B' })).toBe('ok');
    expect(await menuOf(scene)).toEqual(['B:a1', 'B:b1', 'B:a2', 'C:c1', 'B:b2']);
  });

  it.each<Change>([
    { op: 'move_dish', dish: 'caviar', before: 'a1' },
    { op: 'move_dish', dish: 'a1', before: 'caviar' },
    { op: 'move_dish', dish: 'caviar', before: 'caviar' },
    { op: 'move_category', category: 'X', before: 'A' },
    { op: 'move_category', category: 'A', before: 'X' },
    { op: 'move_category', category: '', before: '' },
    { op: 'rename_category', category: 'X', name: 'A' },
  ])('%j is about nothing that is there: not_found, and nothing moves', async change => {
    const other = await aShopScene(world, { dishes: [dish('caviar', 'X')] });
    expect(await scene.ask(change)).toBe('not_found');
    expect([await scene.menu(), await other.menu()]).toEqual([['a1', 'b1', 'a2', 'c1', 'b2'], ['caviar']]);
    expect((await scene.seen()).version).toBe(1);
  });

  it('a thousand dishes are moved one by one, from both ends, the quickest time within 200 ms', async () => {
    const ids = upTo(1_000).map(n => `${'菜'.repeat(60)}${n}`);
    const large = await aShopScene(world, { dishes: ids.map(id => ({ ...dish(id, 'A'), name: '菜' })) });
    const [first = '', ...rest] = ids;
    const took: number[] = [];
    const move = async (change: Change) => {
      const started = performance.now();
      expect(await large.ask(change)).toBe('ok');
      took.push(performance.now() - started);
    };
    for (let n = 0; n < 10; n++) {
      await move({ op: 'move_dish', dish: first });
      await move({ op: 'move_dish', dish: first, before: rest[0] ?? '' });
    }
    // Work that grows with the square of the dishes is slow each time, a busy machine only sometimes.
    expect(Math.min(...took)).toBeLessThan(200);
    expect(await large.menu()).toEqual(ids);
  });
});

test('a change of the menu that is repeated is made once', async () => {
  const scene = await aShopScene(world);
  const changes: Change[] = [
    tea(),
    { op: 'remove_dish', dish: 'egg' },
    { op: 'order_dishes', dishes: ['tea', 'rice', 'tofu'] },
  ];
  for (const change of changes) {
    const id = randomUUID();
    const outcomes = await Promise.all(upTo(5).map(() => scene.run(change, id)));
    expect(outcomes.map(({ result }) => result)).toEqual(Array(5).fill('{"ok":true}'));
    expect(outcomes.filter(({ shopChanged }) => shopChanged)).toHaveLength(1);
  }
  expect([(await scene.seen()).version, await scene.menu()]).toEqual([4, ['tea', 'rice', 'tofu']]);
});

describe('a shop that is busy', () => {
  const minutesOf = (order: string) => {
    const { updatedAt, readyAt } = read(order);
    return (Date.parse(readyAt ?? '') - Date.parse(updatedAt)) / 60_000;
  };

  it('promises its usual time and what it adds, unless it says another', async () => {
    const scene = await aShopScene(world, { prepMinutes: 20 });
    expect(await scene.ask({ op: 'set_busy', busyMinutes: 25 })).toBe('ok');
    expect(await scene.seen()).toMatchObject({ prepMinutes: 20, busyMinutes: 25, version: 2 });
    const accept = async (prepMinutes?: number) => {
      const { orderId: order } = await place(world, scene.shop);
      const more = prepMinutes === undefined ? {} : { prepMinutes };
      const { event } = await scene.run({ op: 'accept', order, version: 1, ...more });
      return minutesOf(event?.order ?? '');
    };
    expect([await accept(), await accept(7)]).toEqual([45, 7]);
    await scene.ask({ op: 'set_busy', busyMinutes: 0 });
    expect(await accept()).toBe(20);
  });

  it('does so in what is accepted by itself too', async () => {
    const scene = await aShopScene(world, { prepMinutes: 20, autoAccept: true });
    await scene.ask({ op: 'set_busy', busyMinutes: 120 });
    await place(world, scene.shop);
    const [event] = await world.commands.autoAccept(scene.shop, 0, 1);
    expect(minutesOf(event?.order ?? '')).toBe(140);
  });

  it('is as busy after init_db has described it anew', async () => {
    const scene = await aShopScene(world);
    await scene.ask({ op: 'set_busy', busyMinutes: 30 });
    await world.installation.upsertShop({ id: scene.shop, name: 'new name', currency: 'CNY' }, new Uint8Array(32));
    expect(await scene.seen()).toMatchObject({ name: 'new name', busyMinutes: 30 });
  });
});

test('whatever these tests have changed, the menu that is stored is the one that would be built', async () => {
  const { rows } = await world.pool.query(
    `select s.id from shops s left join menus m on m.shop = s.id
     where (m.version, m.dishes, m.bytes) is distinct from (s.version, menu_text(s.id), octet_length(menu_text(s.id)))`,
  );
  expect(rows).toEqual([]);
});

describe('a whole menu', () => {
  const soup = { id: 'soup', name: '例汤', priceCents: 300 };
  const part = (differing: object = {}): Change => ({
    ...{ op: 'replace_menu', upload: randomUUID(), part: 1, parts: 1, dishes: [] },
    ...differing,
  });

  it('takes the place of the one that is there at once, and what it does not say of a dish is usual or as it was', async () => {
    const scene = await aShopScene(world);
    await scene.ask({ op: 'set_dish', dish: 'rice', available: false });
    const { version } = await scene.seen();
    expect(await scene.ask(part({ dishes: [soup, { id: 'rice', name: '米饭', priceCents: 250 }] }))).toBe('ok');
    const { dishes, version: after } = await scene.seen();
    expect(dishes).toEqual([
      { ...soup, category: '', available: true },
      { id: 'rice', name: '米饭', category: '', priceCents: 250, available: false },
    ]);
    expect(after).toBe(version + 1);
    expect(await scene.ask(part())).toBe('ok');
    expect(await scene.menu()).toEqual([]);
  });

  it('comes in parts, of which nobody sees anything until the last is there', async () => {
    const scene = await aShopScene(world);
    const upload = randomUUID();
    const before = await scene.seen();
    const id = randomUUID();
    expect(await scene.ask(part({ upload, parts: 2, dishes: [soup] }), id)).toBe('ok');
    // A repetition is answered again, and kept once.
    expect(await scene.ask(part({ upload, parts: 2, dishes: [soup] }), id)).toBe('ok');
    expect(await scene.seen()).toEqual(before);
    expect(await scene.ask(part({ upload, part: 2, parts: 2, dishes: [{ ...soup, id: 'tea' }] }))).toBe('ok');
    expect(await scene.menu()).toEqual(['soup', 'tea']);
    const { rows } = await world.pool.query('select from menu_parts where shop = $1', [scene.shop]);
    expect(rows).toEqual([]);
  });

  it.each<[string, (upload: string) => Change[], string]>([
    ['a part of another menu', () => [part({ parts: 2 }), part({ part: 2, parts: 2 })], 'version_conflict'],
    ['a part without the first', upload => [part({ upload, part: 2, parts: 2 })], 'version_conflict'],
    [
      'a part that is left out',
      upload => [part({ upload, parts: 3 }), part({ upload, part: 3, parts: 3 })],
      'version_conflict',
    ],
    [
      'a dish that stands in two parts',
      upload => [part({ upload, parts: 2, dishes: [soup] }), part({ upload, part: 2, parts: 2, dishes: [soup] })],
      'invalid_request',
    ],
    [
      'too many dishes in all',
      upload =>
        [1, 2].map(number =>
          part({
            ...{ upload, part: number, parts: 2 },
            dishes: upTo(501).map(n => ({ ...soup, id: `${number}.${n}` })),
          }),
        ),
      'menu_full',
    ],
  ])('is refused with %s, and the menu stays', async (_, changesOf, code) => {
    const scene = await aShopScene(world);
    const before = await scene.seen();
    const outcomes = [];
    for (const change of changesOf(randomUUID())) outcomes.push(await scene.ask(change));
    expect(outcomes.at(-1)).toBe(code);
    expect(await scene.seen()).toEqual(before);
  });
});
