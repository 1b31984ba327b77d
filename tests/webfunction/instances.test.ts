import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { httpEvent } from '../../apigateway/tencent/http-event.ts';
import { openChat } from '../support/chat/client.ts';
import { openClient } from '../support/e2e/client.ts';
import { describeOver } from '../support/programs.ts';
import { noteAnswer, orderBody } from '../support/trial/customer.ts';
import { expectWhole } from '../support/trial/expect-whole.ts';
import { passTime } from '../support/trial/pass-time.ts';
import { until } from '../support/until.ts';
import { type BackplaneKind, type Deployment, startDeployment } from './deployment.ts';
import type { Instance } from './instance.ts';

for (const kind of ['Redis', 'PostgreSQL'] satisfies BackplaneKind[])
  describeOver(kind)(`two instances over ${kind}`, () => {
    let deployment: Deployment;
    let a: Instance;
    let b: Instance;
    beforeAll(async () => {
      deployment = await startDeployment(kind);
      [a, b] = await Promise.all([deployment.startInstance(), deployment.startInstance()]);
    });
    afterAll(() => deployment?.end());

    test('an order that comes in at one is on the screen at the other at once', async () => {
      const trial = await deployment.startTrial(a, b);
      const [shop = ''] = trial.shops;
      for (let count = 1; count <= 5; count++) {
        await trial.place({ shop });
        await until('it is on the screen', () => trial.screens[0]?.state().cursor?.after === count);
      }
      await expectWhole(trial);
    });

    test('an order placed by a function of its own process reaches screens at both', async () => {
      const trial = await deployment.startTrial(a, b);
      const [shop = ''] = trial.shops;
      const screen = await openClient(a.webSocketUrl);
      screen.send({ type: 'hello', role: 'shop', shop, token: trial.keys[shop], device: randomUUID() });
      await screen.take('snapshot');
      const answer = await bill(deployment, shop, trial.records);
      expect(answer.statusCode).toBe(201);
      expect((await screen.take('events')).head).toBe(1);
      await until('it is at the other instance', () => trial.screens[0]?.state().cursor?.after === 1);
      await screen.close();
      await expectWhole(trial);
    });

    test('an order too large for NOTIFY reaches the other instance all the same: as a nudge, or whole', async () => {
      const trial = await deployment.startTrial(a, b);
      const [shop = ''] = trial.shops;
      const screen = await openClient(b.webSocketUrl);
      screen.send({ type: 'hello', role: 'shop', shop, token: trial.keys[shop], device: randomUUID() });
      const { epoch } = await screen.take('snapshot');
      const items = Array.from({ length: 40 }, (_, line) => ({
        dish: 'egg',
        quantity: 1,
        note: `${line} ${'辣'.repeat(90)}`,
      }));
      await trial.place({ shop, items });
      await until('it is on the screen', () => trial.screens[0]?.state().cursor?.after === 1);
      if (kind === 'PostgreSQL') {
        expect(await screen.take('pong')).toEqual({ type: 'pong', epoch, head: 1 });
        screen.send({ type: 'ping', epoch, after: 0 });
      }
      expect((await screen.take('events')).events[0]?.order.items).toHaveLength(40);
      await screen.close();
      await expectWhole(trial);
    });

    test('the largest message of the chat goes from one to the other, byte for byte', async () => {
      const [speaker, listener] = await Promise.all(
        [a, b].map(each => openChat(each.webSocketUrl.replace('/pgws', '/chat'))),
      );
      if (speaker === undefined || listener === undefined) throw new Error('there are two');
      await listener.join();
      for (const data of ['🍜'.repeat(2_000), `"\u2028${'米'.repeat(1_998)}`, 'short']) {
        speaker.send({ action: 'sendmessage', data });
        expect((await listener.next('message')).data === data).toBe(true);
      }
      await Promise.all([speaker.close(), listener.close()]);
    });

    test('what a shop does at one is seen by its customer at the other', async () => {
      const trial = await deployment.startTrial(a, b);
      const [shop = ''] = trial.shops;
      const placed = await trial.place({ shop });
      if (placed.type !== 'placed') throw new Error('refused');
      const { order, token } = placed;
      const customer = await openClient(a.webSocketUrl);
      customer.send({ type: 'hello', role: 'customer', order: order.id, token });
      await customer.take('welcome');
      const { version } = order;
      await trial.screens[0]?.command({ op: 'accept', order: order.id, version });
      expect((await customer.take('order')).order.status).toBe('accepted');
      await customer.close();
      await expectWhole(trial);
    });

    test('a screen that has closed is told by its instance to be gone, and its row is closed', async () => {
      const trial = await deployment.startTrial(a, b);
      const [shop = ''] = trial.shops;
      trial.screens[0]?.end();
      await until('cleanup has run', async () => isClosed(await rowsOf(deployment, shop)));
      // As if cleanup had been lost: the instance still answers for itself.
      await deployment.database.pool.query("update connections set state = 'bound', closed_at = null where shop = $1", [
        shop,
      ]);
      await passTime(deployment.database.pool, [shop], 6);
      await deployment.database.pool.query(
        "update connections set expires_at = now() + interval '60 s' where shop = $1",
        [shop],
      );
      await trial.tryOnce({ shop });
      await until('it is pruned', async () => isClosed(await rowsOf(deployment, shop)));
      trial.openScreen(shop);
      await expectWhole(trial);
    });

    test('F50 the backplane is lost and back while pushing: nobody is pruned, and nothing is missing', async () => {
      const trial = await deployment.startTrial(a, b, { shops: 4 });
      const stopRedelivery = deployment.redeliver();
      const writers = trial.startWriters({ count: 4, pauseMs: 20 });
      const before = await boundOf(deployment, trial.shops);
      expect(before).toHaveLength(4);
      for (let round = 0; round < 4; round++) {
        await loseBackplane(deployment);
        await sleep(300);
        await deployment.redis?.start();
        await sleep(500);
      }
      // However fast the machine is.
      await until('enough orders have been answered', async () => (counted(trial.records).ok ?? 0) > 20);
      await writers.stop();
      await trial.drain(30_000);
      expect(await boundOf(deployment, trial.shops)).toEqual(before);
      expect(b.lines.join()).toContain('backplane lost');
      await expectWhole(trial);
      stopRedelivery();
    });

    test('an instance that is killed: its pushes are unknown, its connections end with their lease, screens go elsewhere', async () => {
      const doomed = await deployment.startInstance();
      const trial = await deployment.startTrial(a, doomed);
      const [shop = ''] = trial.shops;
      await trial.place({ shop });
      await trial.drain(5_000);
      await doomed.kill();
      expect((await deployment.connectionsOf(doomed)).map(({ state }) => state)).toEqual(['bound']);
      trial.screens[0]?.end(); // its address is dead: the same screen comes back at another instance
      expect((await trial.tryOnce({ shop })).status).toBe(201);
      await deployment.functions.call('redeliver', {});
      expect((await deployment.connectionsOf(doomed)).map(({ state }) => state)).toEqual(['bound']);
      const elsewhere = await openClient(b.webSocketUrl);
      elsewhere.send({ type: 'hello', role: 'shop', shop, token: trial.keys[shop], device: randomUUID() });
      const { orders } = await elsewhere.take('snapshot');
      expect(orders).toHaveLength(2);
      await elsewhere.close();
      await passTime(deployment.database.pool, [shop], 601 + 3_600);
      await deployment.functions.call('redeliver', {});
      await until('the lease has ended it', async () =>
        (await deployment.connectionsOf(doomed)).every(({ state }) => state === 'closed'),
      );
    });

    test('an instance that is told to stop closes its clients, runs their cleanups and exits with 0', async () => {
      const leaving = await deployment.startInstance();
      const trial = await deployment.startTrial(a, leaving);
      const client = await openClient(leaving.webSocketUrl);
      const stopped = leaving.stop();
      expect(await client.closed).toBe(1000);
      expect(await stopped).toBe(0);
      // The screen's; the client has said nothing, so nothing is kept of it.
      expect((await deployment.connectionsOf(leaving)).map(({ state }) => state)).toEqual(['closed']);
      for (const screen of trial.screens) screen.end();
    });
  });

/** Calls the bill function as a platform does, past every gateway. */
async function bill(deployment: Deployment, shop: string, records: Parameters<typeof noteAnswer>[0]) {
  const key = randomUUID();
  records.push({ type: 'invoke', at: Date.now(), key, shop });
  const event = httpEvent({
    method: 'POST',
    path: '/bill',
    queryString: {},
    headers: { 'content-type': 'application/json', 'idempotency-key': key },
    body: Buffer.from(JSON.stringify(orderBody({ shop, key }))),
    remoteAddress: undefined,
    requestId: randomUUID(),
    serviceId: 'test',
    stage: 'release',
  });
  const answer = (await deployment.functions.call('bill', event)) as { statusCode: number; body: string };
  noteAnswer(records, key, answer.statusCode, answer.body);
  return answer;
}

async function loseBackplane({ redis, database }: Deployment): Promise<void> {
  if (redis !== undefined) return redis.kill();
  await database.pool.query(`
    select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and application_name like 'websocket-order backplane %'`);
}

async function rowsOf({ database }: Deployment, shop: string): Promise<{ state: string }[]> {
  return (await database.pool.query('select state from connections where shop = $1', [shop])).rows;
}

function isClosed(rows: { state: string }[]): boolean {
  return rows.length === 1 && rows[0]?.state === 'closed';
}

async function boundOf({ database }: Deployment, shops: string[]): Promise<{ id: string }[]> {
  const query = "select id from connections where shop = any($1) and state = 'bound' order by id";
  return (await database.pool.query(query, [shops])).rows;
}

function counted(records: { type: string }[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { type } of records) counts[type] = (counts[type] ?? 0) + 1;
  return { ok: 0, ...counts };
}
