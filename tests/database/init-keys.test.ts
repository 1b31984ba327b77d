import type { Push } from '../../apigateway/push.ts';
import { hashOf } from '../../functions/domain/secret.ts';
import { initDb } from '../../functions/init_db/init-db.ts';
import { aShop, type DatabasePorts, newShop, openPorts } from '../support/postgres/ports.ts';

let world: DatabasePorts;
const closed: string[] = [];
const push: Push = {
  send: async () => 'sent',
  async close(id) {
    closed.push(id);
    return 'sent';
  },
};

beforeAll(async () => {
  world = await openPorts();
});

afterAll(() => world.end());

async function call(event: object) {
  const answer = await initDb(world.installation, push)(event);
  return 'error' in answer ? answer.error.code : answer;
}

describe('init_db', () => {
  it('makes, lists and revokes keys of a shop, and closes the screens of those that are revoked', async () => {
    const shop = await newShop(world);
    const answer = await call({ makeKeys: [{ shop, name: '厨房', role: 'display' }], listKeys: [shop] });
    if (typeof answer === 'string') throw new Error(answer);
    const [made] = answer.made ?? [];
    if (made === undefined) throw new Error('no key was made');
    const { key, keyId } = made;
    expect(made).toEqual({ shop, keyId, name: '厨房', role: 'display', key: expect.stringMatching(/^[\w-]{43}$/) });
    expect(answer.keys).toMatchObject([
      { shop, keys: [{ role: 'manager' }, { keyId, name: '厨房', role: 'display' }] },
    ]);
    expect(JSON.stringify(answer.keys)).not.toContain(key);
    expect(await world.shops.keyOf(shop, hashOf(key))).toEqual({ keyId, name: '厨房', role: 'display' });

    await world.subscriptions.bindScreen({ id: `of ${shop}`, shop, device: crypto.randomUUID(), keyId });
    expect(await call({ revokeKeys: [{ shop, keyId }] })).toMatchObject({ revoked: [{ shop, keyId }] });
    expect(closed).toEqual([`of ${shop}`]);
    expect(await world.shops.keyOf(shop, hashOf(key))).toBeUndefined();
  });

  it.each<[string, (shop: string) => object, string]>([
    ['a role that is none', shop => ({ makeKeys: [{ shop, name: 'x', role: 'owner' }] }), 'invalid_request'],
    ['no name', shop => ({ makeKeys: [{ shop, name: '', role: 'staff' }] }), 'invalid_request'],
    ['a key of one’s own', shop => ({ makeKeys: [{ shop, name: 'x', role: 'staff', key: 'x' }] }), 'invalid_request'],
    ['no such shop', () => ({ makeKeys: [{ shop: 'nowhere', name: 'x', role: 'staff' }] }), 'shop_not_found'],
    ['keys of no such shop', () => ({ listKeys: ['nowhere'] }), 'shop_not_found'],
    ['no such key', shop => ({ revokeKeys: [{ shop, keyId: 'nothing' }] }), 'not_found'],
    ['the last key of a manager', shop => ({ revokeKeys: [{ shop, keyId: `${shop}.1` }] }), 'last_manager'],
  ])('refuses %s, and nothing is stored', async (_, eventOf, code) => {
    const shop = await newShop(world);
    const before = await world.shops.keys(shop);
    expect(await call(eventOf(shop))).toBe(code);
    expect(await world.shops.keys(shop)).toBe(before);
  });

  it('says which shop is refused, and the keys of those that were made before it', async () => {
    const [made, refused] = [aShop(), aShop({ delivery: null })];
    const answer = await initDb(world.installation, push)({ shops: [made, refused, aShop()] });
    expect(answer).toEqual({
      error: { code: 'invalid_request', message: `shop ${refused.id}: the shop must offer pickup, delivery or both` },
      shops: [{ id: made.id, created: true, key: expect.any(String) }],
    });
    const { rows } = await world.pool.query('select id from shops where id = any ($1)', [[made.id, refused.id]]);
    expect(rows).toEqual([{ id: made.id }]);
  });

  it.each<[string, object[]]>([
    ['delivery taken from a new shop, which has no pickup', [{ delivery: null }]],
    ['pickup taken away after delivery', [{ pickup: true }, { delivery: null }, { pickup: false }]],
    ['delivery taken away after pickup', [{ pickup: false }, { delivery: null }]],
  ])('refuses a shop that would hand over in no way: %s', async (_, changes) => {
    const { id, name, currency } = aShop();
    const answers = [];
    for (const change of changes) answers.push(await call({ shops: [{ id, name, currency, ...change }] }));
    expect(answers.map(answer => (typeof answer === 'string' ? answer : 'done'))).toEqual([
      ...changes.slice(1).map(() => 'done'),
      'invalid_request',
    ]);
  });
});
