import { randomUUID } from 'node:crypto';
import type { KeyRole, Operation, ResultFrame } from '../../functions/domain/frames.ts';
import { type Asker, mayRun } from '../../functions/domain/roles.ts';
import { runShop } from '../../scripts/shop-command/run.ts';
import { type Client, openClient, openScreen, postOrder } from '../support/e2e/client.ts';
import { type System, startSystem } from '../support/e2e/system.ts';
import { aShop } from '../support/postgres/ports.ts';

let system: System;
let manager: Client;
beforeAll(async () => {
  system = await startSystem({ RATE_LIMITS: 'off' });
  manager = await aScreen(system.keys.shop1 ?? '');
});
afterAll(async () => {
  for (const client of open.splice(0)) await client.close();
  await system?.stop();
});

const open: Client[] = [];

async function aScreen(key: string) {
  const screen = await openScreen({ ...system, keys: { shop1: key } }, 'shop1');
  open.push(screen);
  await screen.take('snapshot');
  return screen;
}

async function ask(client: Client, operation: Operation, id: string = randomUUID()): Promise<ResultFrame> {
  client.send({ type: 'command', id, ...operation });
  return client.take('result', frame => frame.id === id);
}

const outcomeOf = (result: ResultFrame) => (result.ok ? 'ok' : result.error.code);

async function makeKey(role: KeyRole, name = '厨房') {
  const made = await ask(manager, { op: 'make_key', name, role });
  if (!made.ok || made.key === undefined || made.keyId === undefined) throw new Error('no key was made');
  return { key: made.key, keyId: made.keyId };
}

/** One of every command, of an order that is not there. */
const order = randomUUID();
const every: { [Op in Operation['op']]: Extract<Operation, { op: Op }> } = {
  accept: { op: 'accept', order, version: 1 },
  reject: { op: 'reject', order, version: 1, reason: 'other' },
  ready: { op: 'ready', order, version: 1 },
  complete: { op: 'complete', order, version: 1 },
  cancel: { op: 'cancel', order, version: 1, reason: 'other' },
  remind: { op: 'remind', order },
  claim_print: { op: 'claim_print', order },
  list_orders: { op: 'list_orders' },
  set_dish: { op: 'set_dish', dish: 'rice', available: true },
  set_choice: { op: 'set_choice', dish: 'rice', option: 'x', choice: 'x', available: true },
  set_busy: { op: 'set_busy', busyMinutes: 5 },
  set_open: { op: 'set_open', open: true },
  pause: { op: 'pause', minutes: 5 },
  set_auto_accept: { op: 'set_auto_accept', autoAccept: false },
  set_prep: { op: 'set_prep', prepMinutes: 20 },
  set_hours: { op: 'set_hours', hours: { week: [[], [], [], [], [], [], []], exceptions: [] } },
  set_fulfilment: { op: 'set_fulfilment', pickup: true, delivery: null },
  set_discounts: { op: 'set_discounts', discounts: [] },
  set_later: { op: 'set_later', later: null },
  set_about: { op: 'set_about', about: {} },
  put_dish: { op: 'put_dish', dish: 'tea', name: '茶', category: '', priceCents: 1, available: true },
  replace_menu: { op: 'replace_menu', upload: order, part: 1, parts: 2, dishes: [] },
  remove_dish: { op: 'remove_dish', dish: 'tea' },
  order_dishes: { op: 'order_dishes', dishes: [] },
  move_dish: { op: 'move_dish', dish: 'rice' },
  move_category: { op: 'move_category', category: 'x' },
  rename_category: { op: 'rename_category', category: 'x', name: 'y' },
  report: { op: 'report' },
  make_key: { op: 'make_key', name: 'x', role: 'display' },
  revoke_key: { op: 'revoke_key', keyId: 'nothing' },
  list_keys: { op: 'list_keys' },
};

async function shopAsItIs(): Promise<string> {
  const keys = await ask(manager, { op: 'list_keys' });
  const shop = await (await fetch(`${system.url}/get_shop_info?shop=shop1`)).text();
  return `${shop} ${keys.ok && keys.keys?.length}`;
}

test.each<KeyRole>([
  'staff',
  'display',
])('%s: a command beyond the role is forbidden and changes nothing', async role => {
  const { key, keyId } = await makeKey(role);
  const screen = await aScreen(key);
  expect(screen.welcome).toMatchObject({ key: { keyId, name: '厨房', role } });
  const before = await shopAsItIs();
  const mayNot = Object.values(every).filter(({ op }) => !mayRun(role, op));
  for (const operation of mayNot) {
    expect([operation.op, outcomeOf(await ask(screen, operation))]).toEqual([operation.op, 'forbidden']);
  }
  expect(await shopAsItIs()).toBe(before);
  for (const operation of Object.values(every).filter(({ op }) => mayRun(role, op))) {
    expect([operation.op, outcomeOf(await ask(screen, operation))]).not.toEqual([operation.op, 'forbidden']);
  }
});

test('a manager and a customer are refused what is the other’s', async () => {
  const placed = await postOrder(system.url);
  const customer = await openClient(system.websocketUrl);
  open.push(customer);
  customer.send({ type: 'hello', role: 'customer', order: placed.body.order.id, token: placed.body.token });
  await customer.take('welcome');
  const who: [Asker, Client][] = [
    ['customer', customer],
    ['manager', manager],
  ];
  for (const [asker, client] of who) {
    for (const operation of Object.values(every)) {
      const outcome = outcomeOf(await ask(client, operation));
      expect([asker, operation.op, outcome === 'forbidden']).toEqual([
        asker,
        operation.op,
        !mayRun(asker, operation.op),
      ]);
    }
  }
});

test('a key is answered the same when the command is repeated, and is kept nowhere', async () => {
  const id = randomUUID();
  const operation: Operation = { op: 'make_key', name: '前台', role: 'staff' };
  const [first, again] = [await ask(manager, operation, id), await ask(manager, operation, id)];
  if (!first.ok || first.key === undefined) throw new Error('no key was made');
  expect(again).toEqual(first);
  expect(first.key).toMatch(/^[\w-]{43}$/);
  const listed = await ask(manager, { op: 'list_keys' });
  if (!listed.ok) throw new Error('no keys');
  expect(listed.keys?.filter(({ name }) => name === '前台')).toMatchObject([
    { keyId: first.keyId, role: 'staff', lastSeenAt: null },
  ]);
  expect(JSON.stringify(listed)).not.toContain(first.key);
  expect(outcomeOf(await ask(manager, { ...operation, name: 'another' }, id))).toBe('invalid_request');
});

test('revoking a key closes its screens within 5 seconds, and no other', async () => {
  const { key, keyId } = await makeKey('staff');
  const screens = [await aScreen(key), await aScreen(key)];
  const from = Date.now();
  expect(outcomeOf(await ask(manager, { op: 'revoke_key', keyId }))).toBe('ok');
  for (const screen of screens) {
    expect((await screen.take('error')).error.code).toBe('unauthorized');
    await screen.closed;
  }
  expect(Date.now() - from).toBeLessThan(5_000);
  const late = await openClient(system.websocketUrl);
  open.push(late);
  late.send({ type: 'hello', role: 'shop', shop: 'shop1', token: key, device: randomUUID() });
  expect((await late.take('error')).error.code).toBe('unauthorized');
  expect(outcomeOf(await ask(manager, { op: 'revoke_key', keyId }))).toBe('not_found');
  expect(outcomeOf(await ask(manager, { op: 'list_keys' }))).toBe('ok');
});

test.each(['revoke', 'rotate'])('a terminal that runs keys %s closes their screens within 5 seconds', async what => {
  const { id: shop } = aShop();
  const terminal = (...args: string[]) => {
    let said = '';
    const say = (text: string) => (said += text);
    return runShop(args, { DATABASE_URL: system.database.url }, { say, complain: say }).then(code => ({ code, said }));
  };
  await terminal('add', shop, '--name', '店');
  const { said } = await terminal('keys', 'make', shop, '--name', '后厨', '--role', 'display');
  const [, keyId = '', key = ''] = /^the key (\S+) is made.*&key=(\S+)/s.exec(said) ?? [];
  const screen = await openScreen({ ...system, keys: { [shop]: key } }, shop);
  open.push(screen);
  const from = Date.now();
  expect(await terminal('keys', what, shop, ...(what === 'revoke' ? [keyId] : []))).toMatchObject({ code: 0 });
  expect((await screen.take('error')).error.code).toBe('unauthorized');
  await screen.closed;
  expect(Date.now() - from).toBeLessThan(5_000);
});

test('a manager may revoke their own key, but not the last', async () => {
  const { key, keyId } = await makeKey('manager');
  const own = await aScreen(key);
  expect(outcomeOf(await ask(own, { op: 'revoke_key', keyId }))).toBe('ok');
  expect((await own.take('error')).error.code).toBe('unauthorized');
  const listed = await ask(manager, { op: 'list_keys' });
  const [last, ...more] = (listed.ok ? listed.keys : [])?.filter(({ role }) => role === 'manager') ?? [];
  expect(more).toEqual([]);
  expect(outcomeOf(await ask(manager, { op: 'revoke_key', keyId: last?.keyId ?? '' }))).toBe('last_manager');
});
