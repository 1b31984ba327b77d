import { randomUUID } from 'node:crypto';
import type { PushOutcome } from '../../apigateway/push.ts';
import type { ServerFrame } from '../../functions/domain/frames.ts';
import { type Functions, functionsOn, keyHashOf } from '../simulation/functions.ts';
import { type Platform, platform } from '../simulation/invocation.ts';
import { cutLog, installShop } from '../simulation/model-shops.ts';
import { type Models, modelsOn } from '../simulation/models.ts';
import { seededRandom } from '../simulation/random.ts';
import { modelDatabase } from '../simulation/tables.ts';
import { virtualTime } from '../simulation/virtual-time.ts';
import { fair } from '../simulation/weather.ts';

/** The functions on a model of the database, in fair weather; what they push is kept. */
function server(differing: Partial<Models> = {}) {
  const random = seededRandom(1);
  const time = virtualTime(Date.UTC(2030, 0, 1));
  const database = modelDatabase(time.now, random);
  installShop(database, { id: 'shop1', keyHash: keyHashOf('key') });
  const outcome: { now: PushOutcome } = { now: 'sent' };
  const pushed: { to: string; frame: ServerFrame | 'closed' }[] = [];
  const platformOf: Platform = platform(time, random, () => fair);
  const functions: Functions = functionsOn({
    time,
    random,
    models: { ...modelsOn(database, { perShop: 20, perOrder: 10, visitorsPerShop: 200 }), ...differing },
    platform: platformOf,
    weather: () => fair,
    push: {
      send(to, text) {
        pushed.push({ to, frame: JSON.parse(text) as ServerFrame });
        return outcome.now;
      },
      close(to) {
        pushed.push({ to, frame: 'closed' });
        return 'sent';
      },
    },
    log: () => {},
  });

  return {
    database,
    functions,
    time,
    outcome,
    async place(count: number): Promise<void> {
      const order = {
        shop: 'shop1',
        items: [{ dish: 'rice', quantity: 1 }],
        customer: { name: 'Li', phone: '138', address: 'S' },
      };
      for (let placed = 0; placed < count; placed++) await functions.bill(randomUUID(), JSON.stringify(order));
      pushed.length = 0;
    },
    /** Sends frames of one connection, all at once, and gives what was pushed to it meanwhile. */
    async send(from: string, ...frames: object[]) {
      pushed.length = 0;
      const endings = await Promise.all(frames.map(frame => functions.transport(from, JSON.stringify(frame))));
      expect(endings.map(({ type }) => type)).toEqual(frames.map(() => 'answered'));
      return pushed.filter(({ to }) => to === from).map(({ frame }) => frame);
    },
  };
}

const hello = { type: 'hello', role: 'shop', shop: 'shop1', token: 'key', device: randomUUID() };
const kinds = (frames: (ServerFrame | 'closed')[]) =>
  frames.map(frame => {
    if (frame === 'closed') return 'closed';
    if (frame.type === 'error') return frame.error.code;
    if (frame.type === 'events') return `events ${frame.events[0]?.seq}–${frame.events.at(-1)?.seq}`;
    return frame.type;
  });

/** A screen that has resumed at the beginning of a log of 120 events, of which a frame holds 48. */
async function resuming() {
  const its = server();
  await its.place(120);
  const epoch = its.database.tables.streams.get('shop1')?.epoch;
  const first = await its.send('a', { ...hello, epoch, after: 0 });
  return { ...its, first, epoch };
}

describe('a page', () => {
  test('goes out with the welcome, and the next one after an ack that reaches its end, not before', async () => {
    const { first, send } = await resuming();
    expect(kinds(first)).toEqual(['welcome', 'events 1–45']);
    expect(kinds(await send('a', { type: 'ack', seq: 44 }))).toEqual([]);
    expect(kinds(await send('a', { type: 'ack', seq: 45 }))).toEqual(['events 46–90']);
    expect(kinds(await send('a', { type: 'ack', seq: 45 }))).toEqual([]);
    expect(kinds(await send('a', { type: 'ack', seq: 90 }))).toEqual(['events 91–120']);
    expect(kinds(await send('a', { type: 'ack', seq: 120 }))).toEqual([]);
  });

  test('goes out once, though its ack comes twice at the same moment', async () => {
    const { send } = await resuming();
    expect(kinds(await send('a', { type: 'ack', seq: 45 }, { type: 'ack', seq: 45 }))).toEqual(['events 46–90']);
  });
});

describe('an ack', () => {
  test('beyond the head of the log ends the connection', async () => {
    const { send } = await resuming();
    expect(kinds(await send('a', { type: 'ack', seq: 121 }))).toEqual(['protocol_error', 'closed']);
  });

  test('in a command, too', async () => {
    const { send } = await resuming();
    const command = { type: 'command', id: randomUUID(), op: 'set_open', open: true, after: 121 };
    expect(kinds(await send('a', command))).toEqual(['protocol_error', 'closed']);
  });

  test('whose place in the log was cut meanwhile is answered by a snapshot', async () => {
    const { database, send } = await resuming();
    cutLog(database, 'shop1', 80);
    expect(kinds(await send('a', { type: 'ack', seq: 48 }))[0]).toBe('snapshot');
    // From there everything begins anew.
    expect(database.tables.connections.get('a')).toMatchObject({ ackedSeq: undefined, pageSeq: undefined });
  });
});

test.each([
  ['unknown', 'bound'],
  ['gone', 'closed'],
] as const)('a screen whose push comes to %s is %s afterwards', async (outcome, state) => {
  const its = server();
  await its.send('a', hello);
  await its.time.pass(10_000);
  its.outcome.now = outcome;
  await its.place(1);
  expect(its.database.tables.connections.get('a')?.state).toBe(state);
});

test('a key that is not the shop’s opens nothing', async () => {
  expect(kinds(await server().send('a', { ...hello, token: 'another' }))).toEqual(['unauthorized', 'closed']);
});

test('a token that is not the order’s opens nothing', async () => {
  const { database, place, send } = server();
  await place(1);
  const [order] = database.tables.orders.keys();
  const frame = { type: 'hello', role: 'customer', order };
  expect(kinds(await send('a', { ...frame, token: 'another' }))).toEqual(['unauthorized', 'closed']);
  expect(kinds(await send('b', { ...frame, token: `token of shop1 ${order}` }))).toEqual(['welcome']);
});

test('while the database is away transport answers, says so, and closes nobody', async () => {
  const away = () => {
    throw new Error('connection refused');
  };
  const { subscriptions } = modelsOn(modelDatabase(Date.now, seededRandom(1)), {
    perShop: 20,
    perOrder: 10,
    visitorsPerShop: 200,
  });
  const { send } = server({ subscriptions: { ...subscriptions, touch: away, bindScreen: away } });
  expect(kinds(await send('a', { type: 'ping' }))).toEqual(['unavailable']);
  expect(kinds(await send('a', hello))).toEqual(['unavailable']);
  const [result] = await send('a', { type: 'command', id: randomUUID(), op: 'set_open', open: true });
  expect(result).toMatchObject({ type: 'result', ok: false, error: { code: 'unavailable' } });
});
