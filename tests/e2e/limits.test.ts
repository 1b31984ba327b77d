import { randomUUID } from 'node:crypto';
import { openClient, openScreen, orderBody, postOrder } from '../support/e2e/client.ts';
import { type System, startSystem } from '../support/e2e/system.ts';
import { until } from '../support/until.ts';

let system: System;
beforeEach(async () => {
  system = await startSystem();
});
afterEach(() => system?.stop());

const withPhone = (phone: string) => ({ ...orderBody(), customer: { name: 'a', phone, address: 'b' } });

test('a phone has ten orders a minute and an address thirty; a known key is answered all the same', async () => {
  const key = randomUUID();
  const first = await postOrder(system.url, withPhone('100'), key);
  const byOnePhone = await Promise.all(Array.from({ length: 14 }, () => postOrder(system.url, withPhone('100'))));
  expect(byOnePhone.filter(({ status }) => status === 201)).toHaveLength(9);
  const refused = byOnePhone.find(({ status }) => status === 429);
  expect(refused?.body.error.code).toBe('rate_limited');
  expect(Number(refused?.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(Number(refused?.headers.get('retry-after'))).toBeLessThanOrEqual(60);

  const phones = Array.from({ length: 25 }, (_, index) => withPhone(`2${index}0`));
  const byOneAddress = await Promise.all(phones.map(body => postOrder(system.url, body)));
  expect(byOneAddress.filter(({ status }) => status === 201)).toHaveLength(20);
  const again = await postOrder(system.url, withPhone('100'), key);
  expect([again.status, again.body]).toEqual([200, first.body]);
});

test('refused orders count against the address as well', async () => {
  for (let tries = 0; tries < 30; tries++) {
    expect((await postOrder(system.url, orderBody('nowhere'))).status).toBe(404);
  }
  expect((await postOrder(system.url)).status).toBe(429);
});

test('of more than twenty screens of a shop the oldest is replaced', async () => {
  const screens = [];
  for (let count = 0; count < 21; count++) screens.push(await openScreen(system, 'shop1'));
  expect((await screens[0]?.take('error'))?.error.code).toBe('replaced');
  await screens[0]?.closed;
  await postOrder(system.url);
  for (const screen of screens.slice(1)) await screen.take('events');
  await Promise.all(screens.map(screen => screen.close()));
});

test('13.4 a handshake stores nothing: the row of a connection comes with a hello that is in order, and with its address', async () => {
  const { pool } = system.database;
  const rows = async () =>
    (await pool.query('select state, address is not null as addressed from connections order by state')).rows;
  const silent = await Promise.all(Array.from({ length: 20 }, () => openClient(system.websocketUrl)));
  const stranger = await openClient(system.websocketUrl);
  stranger.send({ type: 'hello', role: 'shop', shop: 'shop1', token: 'x'.repeat(43), device: randomUUID() });
  expect((await stranger.take('error')).error.code).toBe('unauthorized');
  await Promise.all(silent.map(client => client.close()));
  const screen = await openScreen(system, 'shop1');
  // Frames of connections are handled as they come: the twenty are done with by now.
  await until('the stranger is gone', async () => (await rows()).length === 2);
  expect(await rows()).toEqual([
    { state: 'bound', addressed: true },
    { state: 'closed', addressed: false },
  ]);
  await screen.close();
});
