import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { databaseUrl, startDatabase } from './database.ts';
import { growConnections, growLog } from './grow.ts';
import { createHttpClient, type HttpClient } from './http-client.ts';
import { load } from './load.ts';
import type { LocalServer } from './local-server.ts';
import { orderOf } from './order.ts';
import { type BenchProcess, startProcess } from './process.ts';
import { atMost, type Section } from './row.ts';
import { openScreen, resume, type Screen } from './screen.ts';
import { inRounds, percentile } from './statistics.ts';

/** The same calls on two systems that differ in how much is in their databases. */
export const growth: Section = async ({ rounds, full }, report) => {
  const few = { connections: 1_000, events: 10_000 };
  const many = full ? { connections: 1_000_000, events: 10_000_000 } : { connections: 100_000, events: 1_000_000 };
  const database = await startDatabase();
  try {
    const small = await openSystem(databaseUrl(database, 'orders_small'), database.url, few);
    const large = await openSystem(databaseUrl(database, 'orders_large'), database.url, many);
    const bills = await inRounds(rounds, { small: () => bill(small), large: () => bill(large) });
    report({
      measure: `\`POST /bill\` p50, ${count(few.connections)} → ${count(many.connections)} connections`,
      unit: 'ms',
      floor: bills.small.p50,
      ours: bills.large.p50,
      goal: atMost(bills.small.p50, 1.2),
    });
    for (const [shop, words] of [
      ['bench0', `${count(few.connections)} → ${count(many.connections)} connections`],
      ['bench1', `${count(few.events)} → ${count(many.events)} events`],
    ] as const) {
      const resumes = await inRounds(rounds, {
        small: () => comeBack(small, shop),
        large: () => comeBack(large, shop),
      });
      report({
        measure: `resume of 20 events, p50, ${words}`,
        unit: 'ms',
        floor: resumes.small.p50,
        ours: resumes.large.p50,
        goal: atMost(resumes.small.p50, 1.2),
      });
    }
    for (const { close } of [small, large]) await close();
  } finally {
    await database.stop();
  }
};

/** A product whose shop `bench1` has a long log and whose database knows many connections. */
interface GrownSystem {
  server: BenchProcess<LocalServer['info']>;
  client: HttpClient;
  screen: Screen;
  pool: pg.Pool;
  close(): Promise<void>;
}

async function openSystem(
  url: string,
  serverUrl: string,
  { connections, events }: { connections: number; events: number },
): Promise<GrownSystem> {
  const name = new URL(url).pathname.slice(1);
  const admin = new pg.Client({ connectionString: serverUrl });
  await admin.connect();
  await admin.query(`create database ${name}`);
  await admin.end();
  const server = await startProcess<LocalServer['info']>('local-server.ts', { databaseUrl: url, shops: 2 });
  const pool = new pg.Pool({ connectionString: url, max: 1 });
  await growConnections(pool, connections);
  await growLog(pool, 'bench1', events);
  await pool.query('vacuum analyze');
  await pool.query('checkpoint');
  const client = createHttpClient(server.info.url);
  const screen = await openScreen(server.info.url, 'bench0', server.info.keys.bench0 ?? '');
  return {
    server,
    client,
    screen,
    pool,
    async close() {
      client.close();
      await screen.close();
      await pool.end();
      await server.stop();
    },
  };
}

async function bill({ client, screen }: GrownSystem) {
  const { each } = await load(200, 1, async () => {
    const note = randomUUID();
    const arrival = screen.arrival(note);
    const body = JSON.stringify(orderOf('bench0', note));
    const { status } = await client.post('/bill', body, `idempotency-key: ${randomUUID()}\r\n`);
    if (status !== 201) throw new Error(`POST /bill answered ${status}`);
    await arrival;
  });
  return { p50: percentile(each, 0.5) };
}

/** A screen comes back after 20 events. */
async function comeBack({ server, pool }: GrownSystem, shop: string) {
  const { rows } = await pool.query<{ epoch: string; seq: string; id: string }>(
    `select s.epoch, e.seq, e.id from streams s join events e on e.shop = s.shop and e.seq = s.head - 20
     where s.shop = $1`,
    [shop],
  );
  const [at] = rows;
  if (at === undefined) throw new Error(`the log of ${shop} is too short`);
  const cursor = { epoch: at.epoch, after: Number(at.seq), lastId: at.id };
  const each: number[] = [];
  for (let n = 0; n < 100; n++) each.push(await resume(server.info.url, shop, server.info.keys[shop] ?? '', cursor));
  return { p50: percentile(each, 0.5) };
}

function count(number: number): string {
  return number.toLocaleString('en');
}
