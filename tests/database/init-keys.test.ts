import type { Push } from '../../apigateway/push.ts';
import { hashOf } from '../../functions/domain/secret.ts';
import { initDb } from '../../functions/init_db/init-db.ts';
import { type DatabasePorts, newShop, openPorts } from '../support/postgres/ports.ts';

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
});
