import { randomUUID } from 'node:crypto';
import { reportChoices } from './choices.ts';
import { startDatabase } from './database.ts';
import type { FloorServer } from './floor-server.ts';
import { createHttpClient, type HttpClient } from './http-client.ts';
import { load, perSecond } from './load.ts';
import type { LocalServer } from './local-server.ts';
import { orderOf } from './order.ts';
import { openPlacing, openPort, type Placing } from './placing.ts';
import { startProcess } from './process.ts';
import { openReceivers } from './receivers.ts';
import { atLeast, atMost, type Section } from './row.ts';
import { openScreen, type Screen } from './screen.ts';
import type { SocketWrites } from './socket-writes.ts';
import { inRounds, percentile } from './statistics.ts';

const shops = 20;

/** `POST /bill` until the order is stored and on the shop's screen, beside `place_order` called by `pg` alone. */
export const orders: Section = async ({ rounds }, report) => {
  const database = await startDatabase();
  try {
    const system = await startProcess<LocalServer['info']>('local-server.ts', { databaseUrl: database.url, shops });
    const placing = await openPlacing(database.url, 16);
    const port = openPort(database.url, 16);
    const shop = await openShops(system.info);

    const both = await inRounds(rounds, {
      floor: () => placeAll(placing, 16, index => `bench${index % shops}`),
      ours: () => placeAll(port, 16, index => `bench${index % shops}`),
    });
    report({
      measure: 'one order of 20 shops by 16 clients: `place_order` alone; through the port with its pool',
      unit: 'µs',
      floor: 1e6 / both.floor.rate,
      ours: 1e6 / both.ours.rate,
      goal: atMost(1e6 / both.floor.rate, 1.3),
    });
    const twenty = await inRounds(rounds, {
      floor: () => placeAll(placing, 16, index => `bench${index % shops}`),
      ours: () => orderAll(shop, 32, index => `bench${index % shops}`),
    });
    report({
      measure: 'orders, 20 shops: `place_order` by 16 clients; `POST /bill` → screen, 32 in flight',
      unit: '/s',
      floor: twenty.floor.rate,
      ours: twenty.ours.rate,
      goal: atLeast(twenty.floor.rate, 0.55),
    });
    report({
      measure: 'the same, p50',
      unit: 'ms',
      floor: twenty.floor.p50,
      ours: twenty.ours.p50,
      goal: atMost(twenty.floor.p50, 3),
    });
    report({ measure: 'the same, p99', unit: 'ms', floor: twenty.floor.p99, ours: twenty.ours.p99 });

    const hot = await inRounds(rounds, {
      floor: () => placeAll(placing, 16, () => 'bench0'),
      ours: () => orderAll(shop, 16, () => 'bench0'),
    });
    report({
      measure: 'orders, one hot shop: `place_order` by 16 clients; `POST /bill` → screen, 16 in flight',
      unit: '/s',
      floor: hot.floor.rate,
      ours: hot.ours.rate,
      goal: atLeast(hot.floor.rate, 0.7),
    });
    report({ measure: 'the same, p50', unit: 'ms', floor: hot.floor.p50, ours: hot.ours.p50 });
    report({
      measure: 'the same, p99',
      unit: 'ms',
      floor: hot.floor.p99,
      ours: hot.ours.p99,
      goal: atMost(hot.floor.p99, 1.5),
    });

    const parts = await openParts();
    const alone = await inRounds(rounds, {
      commit: async () => placeAll(placing, 1, () => 'bench0'),
      push: parts.push,
      hop: parts.hop,
      ours: async () => orderAll(shop, 1, () => 'bench0'),
    });
    const floor = alone.commit.p50 + alone.push.p50 + alone.hop.p50;
    report({ measure: '`place_order`, one shop, one client', unit: '/s', ours: alone.commit.rate });
    report({
      measure: 'unloaded, from order to screen, p50; the floor is commit + push + one HTTP hop',
      unit: 'ms',
      floor,
      ours: alone.ours.p50,
      goal: atMost(floor, 1.4),
    });
    const writes = () => system.ask<SocketWrites>('socketWrites');
    const choices = { databaseUrl: database.url, placing, clients: 16, system: shop.client };
    await reportChoices({ ...choices, databaseWrites: async () => (await writes()).database }, rounds, report);
    const before = await writes();
    await orderAll(shop, 1, () => 'bench0');
    const after = await writes();
    report({
      measure: 'writes to database sockets per order, one after the other, acks included',
      unit: 'writes',
      ours: (after.database - before.database) / total(1),
    });
    report({
      measure: 'writes to all other sockets per order: the answer and the frame',
      unit: 'writes',
      ours: (after.others - before.others) / total(1),
    });
    await parts.close();
    for (const screen of shop.screens.values()) await screen.close();
    await placing.close();
    await port.close();
    await system.stop();
  } finally {
    await database.stop();
  }
};

/** The shops of the system, each with one screen, and the way to order. */
interface Shops {
  client: HttpClient;
  screens: Map<string, Screen>;
}

async function openShops({ url, keys }: LocalServer['info']): Promise<Shops> {
  const screens = new Map<string, Screen>();
  for (const [shop, key] of Object.entries(keys)) screens.set(shop, await openScreen(url, shop, key));
  return { client: createHttpClient(url), screens };
}

const total = (inFlight: number) => (inFlight === 1 ? 400 : 3_000);
let number = 0;

async function orderAll({ client, screens }: Shops, inFlight: number, shopOf: (index: number) => string) {
  const toScreen: number[] = [];
  const { all } = await load(total(inFlight), inFlight, async index => {
    const shop = shopOf(index);
    const note = `n${++number}`;
    const begun = performance.now();
    const arrival = screens
      .get(shop)
      ?.arrival(note)
      .then(() => toScreen.push(performance.now() - begun));
    const body = JSON.stringify(orderOf(shop, note));
    const { status } = await client.post('/bill', body, `idempotency-key: ${randomUUID()}\r\n`);
    if (status !== 201) throw new Error(`POST /bill answered ${status}`);
    await arrival;
  });
  return figures(toScreen, all);
}

async function placeAll(placing: Placing, inFlight: number, shopOf: (index: number) => string) {
  const free = Array.from({ length: inFlight }, (_, client) => client);
  const { each, all } = await load(total(inFlight), inFlight, async index => {
    const client = free.pop() ?? 0;
    await placing.place(client, shopOf(index));
    free.push(client);
  });
  return figures(each, all);
}

function figures(each: number[], all: number) {
  return { rate: perSecond(each.length, all), p50: percentile(each, 0.5), p99: percentile(each, 0.99) };
}

/** What an order is made of besides its commit, on the bare server: a push, and an HTTP request with an order in it. */
async function openParts() {
  const server = await startProcess<FloorServer['info']>('floor-server.ts');
  const { url } = server.info;
  const client = createHttpClient(url);
  const receivers = await openReceivers(`${url.replace('http', 'ws')}/in-process`, 1);
  const data = JSON.stringify(orderOf('bench0', 'n0'));
  const p50 = async (work: () => Promise<unknown>) => {
    const { each, all } = await load(400, 1, work);
    return figures(each, all);
  };
  return {
    push: () =>
      p50(async () => {
        const mine = ++number;
        const receipt = receivers.receipt(mine);
        const body = JSON.stringify({ id: receivers.ids[0], data: `${mine} ${data}` });
        await Promise.all([client.post('/push', body), receipt]);
      }),
    hop: () => p50(() => client.post('/hop', data)),
    async close() {
      client.close();
      await receivers.close();
      await server.stop();
    },
  };
}
