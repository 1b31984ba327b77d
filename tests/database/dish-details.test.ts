import type { Change, Dish } from '../../functions/domain/frames.ts';
import { type DatabasePorts, openPorts, upTo } from '../support/postgres/ports.ts';
import { aShopScene, type ShopScene } from '../support/postgres/scene.ts';

let world: DatabasePorts;
beforeAll(async () => {
  world = await openPorts();
});
afterAll(() => world.end());

const size = {
  id: 'size',
  name: '份量',
  min: 1,
  max: 1,
  choices: [
    { id: 'small', name: '小份' },
    { id: 'large', name: '大份', priceCents: 400, max: 2 },
  ],
};
const whole = [
  {
    ...size,
    choices: [
      { id: 'small', name: '小份', priceCents: 0, available: true, max: 1 },
      { id: 'large', name: '大份', priceCents: 400, available: true, max: 2 },
    ],
  },
];
const details = {
  description: '清汤',
  allergens: ['gluten', 'soya'],
  imageUrl: '/pictures/noodles.svg',
  packagingCents: 100,
};

/** As a frame or an event brings it: usual values stand in it already. */
const brought = [{ ...size, choices: size.choices.map(choice => ({ priceCents: 0, max: 1, ...choice })) }];

const noodles = (differing: object = {}): Change => ({
  op: 'put_dish',
  dish: 'noodles',
  name: '牛肉面',
  category: '面',
  priceCents: 2000,
  available: true,
  ...differing,
});

async function lastDish(scene: ShopScene): Promise<Dish | undefined> {
  return (await scene.seen()).dishes?.at(-1);
}

describe('the details of a dish', () => {
  it('are put with it, stay when they are absent, and go when they are empty', async () => {
    const scene = await aShopScene(world);
    await scene.ask(noodles({ ...details, options: brought }));
    expect(await lastDish(scene)).toMatchObject({ name: '牛肉面', ...details, options: whole });
    await scene.ask(noodles({ name: '面' }));
    expect(await lastDish(scene)).toMatchObject({ name: '面', ...details, options: whole });
    await scene.ask(noodles({ description: '', allergens: [], imageUrl: null, packagingCents: 0, options: [] }));
    const bare = { id: 'noodles', name: '牛肉面', category: '面', priceCents: 2000, available: true };
    expect(await lastDish(scene)).toEqual(bare);
  });

  it('come with init_db as well, whose menu is exactly what it says', async () => {
    const dish = { id: 'noodles', name: '牛肉面', priceCents: 2000 };
    const scene = await aShopScene(world, { dishes: [{ ...dish, ...(details as object), options: brought }] });
    expect(await lastDish(scene)).toMatchObject({ ...details, options: whole });
    const { version } = await scene.seen();
    const again = { id: scene.shop, name: 'x', currency: 'CNY', dishes: [dish] };
    await world.installation.upsertShop(again, Buffer.alloc(32));
    expect(await lastDish(scene)).toEqual({ ...dish, category: '', available: true });
    expect((await scene.seen()).version).toBe(version + 1);
  });

  it('may not make a menu larger than 2 MB', async () => {
    const scene = await aShopScene(world);
    const much = upTo(20).map(n => ({ id: `o${n}`, name: 'x', max: 1, choices: upTo(50).map(c => choiceOf(`c${c}`)) }));
    const codes = new Set<string>();
    for (const n of upTo(40)) codes.add(await scene.ask(noodles({ dish: `d${n}`, options: much })));
    expect([...codes]).toEqual(['ok', 'menu_full']);
    expect(await scene.ask({ op: 'remove_dish', dish: 'd1' })).toBe('ok');
  });
});

describe('a choice', () => {
  it('is sold out and there again, each time at once, and other choices stay', async () => {
    const scene = await aShopScene(world);
    await scene.ask(noodles({ options: brought }));
    const { version } = await scene.seen();
    const soldOut = { op: 'set_choice', dish: 'noodles', option: 'size', choice: 'large', available: false } as const;
    expect(await scene.ask(soldOut)).toBe('ok');
    expect((await lastDish(scene))?.options?.[0]?.choices.map(({ available }) => available)).toEqual([true, false]);
    expect((await scene.seen()).version).toBe(version + 1);
    expect(await scene.ask({ ...soldOut, available: true })).toBe('ok');
    expect((await lastDish(scene))?.options).toEqual(whole);
  });

  it('stays sold out when its dish is put again without a word about that', async () => {
    const scene = await aShopScene(world);
    await scene.ask(noodles({ options: brought }));
    await scene.ask({ op: 'set_choice', dish: 'noodles', option: 'size', choice: 'large', available: false });
    await scene.ask(noodles({ options: brought }));
    const [small, large] = brought[0]?.choices ?? [];
    expect((await lastDish(scene))?.options?.[0]?.choices.map(({ available }) => available)).toEqual([true, false]);
    await scene.ask(noodles({ options: [{ ...brought[0], choices: [small, { ...large, available: true }] }] }));
    expect((await lastDish(scene))?.options?.[0]?.choices.map(({ available }) => available)).toEqual([true, true]);
  });

  it.each([
    { dish: 'noodles', option: 'size', choice: 'none' },
    { dish: 'noodles', option: 'none', choice: 'large' },
    { dish: 'rice', option: 'size', choice: 'large' },
    { dish: '__proto__', option: '__proto__', choice: '__proto__' },
  ])('that is not there is not_found: %j', async named => {
    const scene = await aShopScene(world);
    await scene.ask(noodles({ options: brought }));
    const before = await scene.seen();
    expect(await scene.ask({ op: 'set_choice', ...named, available: false })).toBe('not_found');
    expect(await scene.seen()).toEqual(before);
  });
});

const choiceOf = (id: string) => ({ id, name: '配料'.repeat(20), priceCents: 0, max: 1 });
