import { randomInt, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';
import { startDatabase } from './database.ts';
import type { FloodClient } from './flood-client.ts';
import { floods as kinds } from './flood-kinds.ts';
import { type FloodedGateway, startFloodedGateway } from './flooded-gateway.ts';
import { createHttpClient, type HttpClient } from './http-client.ts';
import { load } from './load.ts';
import { menuOf } from './order.ts';
import { startProcess } from './process.ts';
import { atMost, type Section } from './row.ts';
import { percentile } from './statistics.ts';

/** `bench0` is flooded; orders at the others are honest. */
const shops = 20;
const MOST_BYTES = 400 * 1024 * 1024;
/** The flood that needs no client. */
const HANGING = 'webhooks that hang';

/** Honest orders while somebody floods, beside those of the same run while nobody does; and what the process then holds. */
export const floods: Section = async ({ minutes = 0.2, kind: only }, report) => {
  const named = [...Object.keys(kinds), HANGING].filter(kind => only === undefined || kind === only);
  if (named.length === 0) throw new Error(`there is no flood ${only}`);
  const database = await startDatabase();
  const silent = createServer(() => {}).listen(0, '127.0.0.1');
  await once(silent, 'listening');
  let gateway: FloodedGateway | undefined;
  try {
    const url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}/`;
    const webhook = { url, secret: `whsec_${'a'.repeat(32)}` };
    const honest = Array.from({ length: shops }, (_, index) => menuOf(`bench${index}`));
    const hanging = Array.from({ length: shops }, (_, index) => ({ ...menuOf(`hanging${index}`), webhook }));
    const flooded = await startFloodedGateway(database.url, { shops: [...honest, ...hanging] });
    gateway = flooded;
    const client = createHttpClient(flooded.url);
    const target = { url: flooded.url, shop: 'bench0', ...(await orderAt(client, 'bench0')) };
    await honestOrders(client, flooded, 0.1);
    const { p50: quiet } = await honestOrders(client, flooded, Math.min(minutes, 0.5));

    async function measure(name: string, flood: () => Promise<{ sent(): Promise<number>; stop(): Promise<void> }>) {
      const { sent, stop } = await flood();
      await wait(2_000);
      const { p50, largest, growth } = await honestOrders(client, flooded, minutes);
      console.log(`${name}: ${await sent()} sent, memory ${growth.toFixed(2)} × from its middle to its end`);
      await stop();
      report({ measure: `${name}: an honest order, p50`, unit: 'ms', floor: quiet, ours: p50, goal: atMost(quiet, 2) });
      report({
        measure: `${name}: resident memory, most`,
        unit: 'kB',
        ours: largest / 1024,
        goal: { limit: MOST_BYTES / 1024, is: 'most', words: '≤ 400 MB' },
      });
    }

    for (const kind of named) {
      await measure(kind, async () => {
        if (kind === HANGING) return hangingWebhooks(client, database.url);
        const flood = await startProcess<FloodClient['info']>('flood-client.ts', { kind, target });
        return { sent: () => flood.ask<number>('sent'), stop: flood.stop };
      });
    }
    client.close();
  } finally {
    await gateway?.stop();
    silent.closeAllConnections();
    silent.close();
    await database.stop();
  }
};

/** Orders of customers who have nothing to do with each other, two at a time, for so long. */
async function honestOrders(client: HttpClient, gateway: FloodedGateway, minutes: number) {
  const until = performance.now() + minutes * 60_000;
  const each: number[] = [];
  const resident: number[] = [];
  while (performance.now() < until) {
    const some = await load(20, 2, async index => {
      await orderAt(client, `bench${1 + (index % (shops - 1))}`);
      await wait(20);
    });
    each.push(...some.each.map(ms => ms - 20));
    resident.push(gateway.residentBytes());
  }
  const half = resident.slice(Math.floor(resident.length / 2));
  return { p50: percentile(each, 0.5), largest: Math.max(...resident), growth: (half.at(-1) ?? 0) / (half[0] ?? 1) };
}

async function orderAt(client: HttpClient, shop: string): Promise<{ order: string; token: string }> {
  const customer = { name: '小明', phone: `139${randomInt(1e8)}`, address: '人民路 1 号' };
  const body = JSON.stringify({ shop, items: [{ dish: 'dish1', quantity: 2 }], customer });
  const from = `203.0.${randomInt(256)}.${randomInt(256)}`;
  const headers = `idempotency-key: ${randomUUID()}\r\nx-forwarded-for: ${from}\r\n`;
  const { status, body: answer } = await client.post('/bill', body, headers);
  if (status !== 201) throw new Error(`POST /bill answered ${status}: ${answer}`);
  const { order, token } = JSON.parse(answer);
  return { order: order.id, token };
}

/** Orders that have waited long enough for the webhooks of twenty shops, ten at each. */
async function hangingWebhooks(client: HttpClient, databaseUrl: string) {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 1 });
  let sent = 0;
  for (let index = 0; index < shops * 10; index++) {
    const { order } = await orderAt(client, `hanging${index % shops}`);
    await pool.query("update orders set placed_at = placed_at - interval '100 seconds' where id = $1", [order]);
    await pool.query("update events set at = at - interval '100 seconds' where order_id = $1", [order]);
    sent += 1;
  }
  return { sent: async () => sent, stop: () => pool.end() };
}
