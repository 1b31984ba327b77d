import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { createBackplane } from '../../apigateway/backplane/backplane.ts';
import { postgresMedium } from '../../apigateway/backplane/postgres.ts';
import { type Database, openDatabase } from '../../db/database.ts';
import { postgresOrders } from '../../db/orders.ts';
import { requireDatabase } from '../../db/require-database.ts';
import { type PgBouncer, type PoolMode, startPgBouncer } from '../support/postgres/pgbouncer.ts';
import { aRequest, type DatabasePorts, newShop, openPorts, placing, upTo } from '../support/postgres/ports.ts';
import { hasProgram } from '../support/programs.ts';
import { until } from '../support/until.ts';

const describeWithPooler = hasProgram('pgbouncer') ? describe : describe.skip;

let ports: DatabasePorts;
const ends: (() => Promise<void>)[] = [];

beforeAll(async () => {
  ports = await openPorts();
});

afterAll(() => ports.end());

afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function through(mode: PoolMode): Promise<PgBouncer> {
  const pooler = await startPgBouncer(ports.directUrl, mode);
  ends.push(pooler.end);
  return pooler;
}

function openThrough(
  pooler: PgBouncer,
  log: (entry: { event: string; message?: string | undefined }) => void = () => {},
): Database {
  const database = openDatabase({ url: pooler.url, poolSize: 4, log });
  ends.push(database.end);
  return database;
}

/** What is left in the sessions that the pooler keeps, whoever has left it. */
async function leftBehind(pooler: PgBouncer): Promise<string[]> {
  const clients = upTo(4).map(() => new pg.Client({ connectionString: pooler.url }));
  await Promise.all(clients.map(client => client.connect()));
  // All at once, so that each has a session of its own.
  await Promise.all(clients.map(client => client.query('begin')));
  const found = await Promise.all(
    clients.map(client =>
      client.query<{ left: string }>(`
        select format('%s=%s', name, setting) as left from pg_settings
        where source = 'session' and name in ('synchronous_commit', 'statement_timeout', 'lock_timeout')
        union all select 'listens' from pg_listening_channels()
        union all select 'holds a lock' from pg_locks where locktype = 'advisory' and pid = pg_backend_pid()`),
    ),
  );
  await Promise.all(clients.map(client => client.end()));
  return found.flatMap(({ rows }) => rows.map(({ left }) => left));
}

describeWithPooler.each(['session', 'transaction'] as const)('11.7 through a pooler of %ss', mode => {
  test('orders are placed, many at once, and a key makes one order', async () => {
    const pooler = await through(mode);
    await requireDatabase(pooler.url);
    const messages: string[] = [];
    const orders = postgresOrders(
      openThrough(pooler, ({ message = '' }) => messages.push(message)),
      undefined,
    );
    const shop = await newShop(ports);
    const keys = upTo(30).map(() => randomUUID());
    const twice = await Promise.all([...keys, ...keys].map(key => orders.place(placing(aRequest(shop), { key }))));
    expect(new Set(twice.map(({ orderId }) => orderId)).size).toBe(30);
    const { rows } = await ports.pool.query('select 1 from orders where shop = $1', [shop]);
    expect(rows).toHaveLength(30);
    expect(messages.some(message => message.includes("alter role ... set statement_timeout = '5000'"))).toBe(true);
    for (const end of ends.splice(1)) await end(); // what is left is looked at when the sessions are free
    expect(await leftBehind(pooler)).toEqual([]);
  });

  test('a burst at the start is answered over the connections that it has opened', async () => {
    const database = openThrough(await through(mode));
    let opened = 0;
    database.pool.on('connect', () => opened++);
    const askAll = (text: string) => Promise.all(upTo(50).map(() => database.query(text)));
    await Promise.all([1, 2, 3].map(n => askAll(`select ${n} as n, pg_sleep(0.01)`)));
    expect(opened).toBe(4);
  });
});

describeWithPooler('11.7 a DATABASE_URL through a pooler', () => {
  test.each<[string, (url: URL) => void, RegExp]>([
    ['a wrong password', url => Object.assign(url, { password: 'not-this-one' }), /wrong user or password/],
    ['a wrong user', url => Object.assign(url, { username: 'nobody-here' }), /wrong user or password/],
    ['a database that is not there', url => Object.assign(url, { pathname: '/nowhere' }), /no database of this name/],
  ])('with %s says so in a sentence, as the server itself would', async (_, spoil, sentence) => {
    const url = new URL((await through('transaction')).url);
    spoil(url);
    await expect(requireDatabase(url.href)).rejects.toThrow(sentence);
  });
});

describeWithPooler('11.1 a backplane', () => {
  test('behind a pooler of transactions says so, and leaves nothing in the sessions of others', async () => {
    const pooler = await through('transaction');
    const messages: (string | undefined)[] = [];
    const backplane = createBackplane({
      medium: postgresMedium(pooler.url),
      times: { firstWaitMs: 10, longestWaitMs: 10 },
      receive: () => 'sent',
      log: ({ message }) => messages.push(message),
    });
    ends.push(() => backplane.end());
    await until('it says so', () => messages.length > 0);
    expect(messages[0]).toBe('the session is shared; LISTEN needs a session of its own, not a transaction pooler');
    expect(await leftBehind(pooler)).toEqual([]);
  });

  test('behind a pooler of sessions carries what is sent', async () => {
    const medium = postgresMedium((await through('session')).url);
    const received: string[] = [];
    const holder = createBackplane({
      medium,
      receive(parcel) {
        received.push(parcel.connectionId);
        return 'sent';
      },
    });
    const publisher = createBackplane({ medium });
    ends.push(
      () => holder.end(),
      () => publisher.end(),
    );
    await until('it is there', async () => (await publisher.publish(holder.name, { connectionId: 'a' })) === 'sent');
    expect(received).toContain('a');
  });
});

describeWithPooler('11.7 a pooler of statements', () => {
  test('is refused by its name', async () => {
    const { url } = await through('statement');
    await expect(requireDatabase(url)).rejects.toThrow(/statement pooling/);
  });
});

describe('what a session shared with others has lost', () => {
  /** Runs the ports inside a transaction of one session, which can be looked at before it ends. */
  async function inTransaction(
    work: (orders: ReturnType<typeof postgresOrders>, client: pg.PoolClient) => Promise<void>,
  ) {
    const client = await ports.pool.connect();
    const database = {
      async queryWithNext({ text, values }: pg.QueryConfig) {
        return { rows: (await client.query(text, values)).rows, next: undefined };
      },
    } as unknown as Database;
    await client.query('begin');
    try {
      await work(postgresOrders(database, undefined), client);
    } finally {
      await client.query('rollback');
      client.release();
    }
  }

  test.each(['off', 'local'])('11.1 synchronous_commit = %s: an order is durable all the same', async value => {
    const shop = await newShop(ports);
    await inTransaction(async (orders, client) => {
      await client.query(`set local synchronous_commit = ${value}`);
      await orders.place(placing(aRequest(shop)));
      expect((await client.query('show synchronous_commit')).rows).toEqual([{ synchronous_commit: 'on' }]);
    });
  });

  test('11.1 what is stricter than asked for stays', async () => {
    const shop = await newShop(ports);
    await inTransaction(async (orders, client) => {
      await client.query('set local synchronous_commit = remote_apply');
      await orders.place(placing(aRequest(shop)));
      expect((await client.query('show synchronous_commit')).rows).toEqual([{ synchronous_commit: 'remote_apply' }]);
    });
  });

  test('11.2 an answer that repeats an order commits something, and so waits for the standby', async () => {
    const order = placing(aRequest(await newShop(ports)));
    await ports.orders.place(order);
    await inTransaction(async (orders, client) => {
      expect((await orders.place(order)).event).toBeUndefined();
      const { rows } = await client.query('select pg_current_xact_id_if_assigned() is not null as commits');
      expect(rows).toEqual([{ commits: true }]);
    });
  });
});
