import { openClient, openScreen, postOrder } from '../support/e2e/client.ts';
import { until } from '../support/until.ts';
import { type AwsSystem, pagesOrigin, startOrdering } from './system.ts';

let system: AwsSystem;
beforeAll(async () => {
  system = await startOrdering();
});
afterAll(() => system?.stop());

/** The ids that are open, by the database's word. */
async function openIds(): Promise<string[]> {
  const { rows } = await system.database.pool.query<{ id: string }>(
    "select id from connections where state <> 'closed'",
  );
  return rows.map(row => row.id);
}

async function stateOf(id: string): Promise<string | undefined> {
  const { rows } = await system.database.pool.query<{ state: string }>('select state from connections where id = $1', [
    id,
  ]);
  return rows[0]?.state;
}

const management = (id: string, method: 'POST' | 'DELETE') =>
  fetch(`${system.offline.managementUrl}/@connections/${id}`, { method, ...(method === 'POST' ? { body: 'x' } : {}) });

test('a screen that is cut off after two hours resumes where it was, and misses nothing', async () => {
  const screen = await openScreen(system, 'shop1');
  await screen.take('snapshot');
  const first = await postOrder(system.url);
  const { events, epoch } = await screen.take('events');
  const [last] = events;
  screen.send({ type: 'ack', seq: last?.seq });
  const [id = ''] = await openIds();
  expect((await management(id, 'DELETE')).status).toBe(204);
  await screen.closed;
  await until('the connection is known as closed', async () => (await stateOf(id)) === 'closed');
  expect((await management(id, 'POST')).status).toBe(410);

  const meanwhile = await postOrder(system.url);
  const again = await openScreen(system, 'shop1', { epoch, after: last?.seq ?? 0, lastId: last?.id ?? '' });
  expect(again.welcome).toMatchObject({ resumed: true });
  const missed = await again.take('events');
  expect(missed.events.map(({ order }) => order.id)).toEqual([meanwhile.body.order.id]);
  expect(missed.events.map(({ order }) => order.id)).not.toContain(first.body.order.id);
  await again.close();
});

test('a connection that closed without $disconnect answers 410 to the next push and is forgotten', async () => {
  const screen = await openScreen(system, 'shop2');
  await screen.take('snapshot');
  await system.database.pool.query(
    "insert into connections (id, state, role, shop, key_version, opened_at, expires_at) select 'unplugged', 'bound', 'shop', 'shop2', key_version, now() - interval '1 hour', now() + interval '1 hour' from shops where id = 'shop2'",
  );
  expect((await postOrder(system.url, { ...body, shop: 'shop2' })).status).toBe(201);
  await screen.take('events');
  expect(await stateOf('unplugged')).toBe('closed');
  await screen.close();
});

const body = {
  items: [{ dish: 'beef-noodles', quantity: 1 }],
  customer: { name: 'A', phone: '123', address: 'B' },
};

test('a connection that says no hello is told so and closed by the timer', async () => {
  const client = await openClient(system.websocketUrl);
  await system.database.pool.query(
    "update connections set opened_at = now() - interval '1 hour', expires_at = now() - interval '1 minute' where state = 'new'",
  );
  // Only the first of its three passes is waited for.
  system.offline.invoke('redeliver', {}).catch(() => undefined);
  expect((await client.take('error')).error.code).toBe('hello_required');
  await client.closed;
});

test('pages of the origin that the deployment names are let in, others are not, and no browser is', async () => {
  const client = await openClient(system.websocketUrl, { origin: pagesOrigin });
  await client.close();
  await expect(openClient(system.websocketUrl, { origin: 'https://evil.example' })).rejects.toThrow('403');
  await (await openClient(system.websocketUrl)).close();
});

test('frames that are binary, empty, or name a route that is none, are answered by our protocol', async () => {
  for (const frame of [Buffer.from([1, 2, 3]), '', '{"action":"nowhere"}']) {
    const client = await openClient(system.websocketUrl);
    client.socket.send(frame);
    expect((await client.take('error')).error.code).toBe('protocol_error');
    await client.closed;
  }
});

test('pages elsewhere may order: the HTTP API answers what a browser asks first', async () => {
  const preflight = await fetch(`${system.url}/bill`, {
    method: 'OPTIONS',
    headers: {
      origin: pagesOrigin,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'content-type,idempotency-key',
    },
  });
  expect(preflight.headers.get('access-control-allow-origin')).toBe(pagesOrigin);
  expect(preflight.headers.get('access-control-allow-headers')).toContain('idempotency-key');
  const wrong = await fetch(`${system.url}/bill`);
  expect([wrong.status, (await wrong.json()).error.code]).toEqual([405, 'method_not_allowed']);
});
