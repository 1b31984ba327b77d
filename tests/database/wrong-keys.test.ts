import { randomUUID } from 'node:crypto';
import type { SecurityEventKind } from '../../apigateway/security-events.ts';
import type { ServerFrame } from '../../functions/domain/frames.ts';
import { hashOf, newShopKey, orderToken, readOrderToken, shareToken } from '../../functions/domain/secret.ts';
import { transport } from '../../functions/transport/transport.ts';
import { aShop, type DatabasePorts, openPorts, place } from '../support/postgres/ports.ts';

const secret = 'a secret of this test, of more than 32 bytes';

let world: DatabasePorts;
beforeAll(async () => {
  world = await openPorts();
});
afterAll(() => world.end());

/** One frame after the other on a new connection: what was pushed, and what the owner is told. */
async function say(...frames: object[]): Promise<{ codes: string[]; told: SecurityEventKind[] }> {
  const told: SecurityEventKind[] = [];
  const codes: string[] = [];
  const connectionId = randomUUID();
  const receive = transport({
    ...world,
    push: {
      async send(_, text) {
        const frame = JSON.parse(text) as ServerFrame;
        codes.push(frame.type === 'error' ? frame.error.code : frame.type);
        return 'sent';
      },
      close: async () => 'sent',
    },
    readToken: (order, token) => readOrderToken(secret, order, token),
    shareTokenOf: (shop, order) => shareToken(secret, shop, order),
    newKeyOf: () => '',
    subjectOf: () => undefined,
    securityEvents: { tell: kind => told.push(kind) },
    log(_, error) {
      throw error;
    },
  });
  for (const frame of frames) {
    await receive({ connectionId, text: JSON.stringify(frame), requestId: randomUUID(), remoteAddress: undefined });
  }
  return { codes, told };
}

async function aShopAndOrder() {
  const [shop, key] = [aShop(), newShopKey()];
  await world.installation.upsertShop(shop, hashOf(key));
  const { orderId } = await place(world, shop.id);
  const screen = (token: string) => ({ type: 'hello', role: 'shop', shop: shop.id, token, device: randomUUID() });
  const customer = (token: string, order = orderId) => ({ type: 'hello', role: 'customer', order, token });
  return { shop: shop.id, key, order: orderId, token: orderToken(secret, shop.id, orderId), screen, customer };
}

test('who says hello with a wrong key is told nothing, and the owner is told of it', async () => {
  const { shop, key, token, screen, customer } = await aShopAndOrder();
  const wrong = [
    screen(newShopKey()),
    screen('x'),
    { ...screen(key), shop: 'nowhere' },
    customer(token, randomUUID()),
    customer(shareToken('another', shop, 'order')),
  ];
  for (const frame of wrong)
    expect([frame, await say(frame)]).toEqual([frame, { codes: ['unauthorized'], told: ['wrong_key'] }]);
  // A further order with a wrong token leaves the connection to the first one.
  const { codes, told } = await say(customer(token), customer(token, randomUUID()));
  expect([codes, told]).toEqual([['welcome', 'unauthorized'], ['wrong_key']]);
});

test('right keys are told to nobody', async () => {
  const { shop, key, order, token, screen, customer } = await aShopAndOrder();
  const right = [screen(key), customer(token), customer(shareToken(secret, shop, order))];
  for (const frame of right) expect((await say(frame)).told).toEqual([]);
});

test('a screen whose key has been changed is told apart from one that guesses', async () => {
  const { shop, key, screen } = await aShopAndOrder();
  const open = await say(screen(key));
  expect(open.told).toEqual([]);
  await world.installation.rotateKey(shop, hashOf(newShopKey()));
  expect((await say(screen(key))).told).toEqual(['wrong_key']);
});
