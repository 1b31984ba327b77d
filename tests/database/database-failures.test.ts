import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer, type Socket } from 'node:net';
import { type Database, openDatabase } from '../../db/database.ts';
import { postgresInstallation } from '../../db/installation.ts';
import { Refusal } from '../../functions/domain/refusal.ts';
import { initDb } from '../../functions/init_db/init-db.ts';
import { freePort } from '../../scripts/local/free-port.ts';
import { createTestDatabase, type TestDatabase } from '../support/postgres/database.ts';
import { isOfPooler } from '../support/postgres/suite-pooler.ts';
import { until } from '../support/until.ts';

let own: TestDatabase;
let database: Database;
let log: { event: string; code?: string | undefined; message?: string | undefined }[];

beforeAll(async () => {
  own = await createTestDatabase();
  await own.pool.query('create sequence tries');
  // A sequence keeps its count when the statement fails, so it tells how often it was run.
  await own.pool.query(`
    create function fail(p_code text) returns void language plpgsql as $$
    begin
      perform nextval('tries');
      raise exception 'on purpose' using errcode = p_code, detail = '[0]';
    end $$`);
});

afterAll(() => own.drop());

beforeEach(() => {
  log = [];
  database = openDatabase({ url: own.url, poolSize: 1, log: entry => isOfPooler(entry) || log.push(entry) });
});

afterEach(() => database.end());

const pidOf = async () => (await database.query<{ pid: number }>('select pg_backend_pid() as pid'))[0]?.pid ?? 0;
const terminate = (pid: number) => own.pool.query('select pg_terminate_backend($1::integer)', [pid]);
const sleep = (ms: number) => new Promise(resolve => setTimeout(resolve, ms));

async function triesOf(work: () => Promise<unknown>): Promise<{ tries: number; error: unknown }> {
  await own.pool.query("select setval('tries', 1, false)");
  const error = await work().then(
    () => undefined,
    (error: unknown) => error,
  );
  const { rows } = await own.pool.query<{ next: string }>("select nextval('tries') as next");
  return { tries: Number(rows[0]?.next) - 1, error };
}

describe('a connection that is ended', () => {
  it('while idle does no harm: the next statement gets another', async () => {
    const pid = await pidOf();
    await terminate(pid);
    await sleep(100);
    expect(await pidOf()).not.toBe(pid);
    expect(log.filter(({ event }) => event !== 'idle database connection lost')).toEqual([]);
  });

  it('just before a statement, unnoticed, costs one repetition', async () => {
    const pid = await pidOf();
    await terminate(pid);
    // No turn of the event loop in between: the pool does not know yet.
    expect(await pidOf()).not.toBe(pid);
    expect(log.filter(({ event }) => event === 'statement repeated').length).toBeLessThanOrEqual(1);
  });

  it('during a statement costs one repetition', async () => {
    const pid = await pidOf();
    const answer = database.query<{ pid: number }>('select pg_backend_pid() as pid, pg_sleep(0.5)');
    await sleep(200);
    await terminate(pid);
    const [row] = await answer;
    expect(row?.pid).not.toBe(pid);
    expect(log).toEqual([{ event: 'statement repeated', code: '57P01' }]);
  });

  it('at every try is refused as unavailable, and the next statement works', async () => {
    let isEnding = true;
    const ending = (async () => {
      while (isEnding) {
        await own.pool.query(
          "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and query like '%pg_sleep(0.5)' and pid <> pg_backend_pid()",
        );
        await sleep(20);
      }
    })();
    const refusal = await database.query('select pg_sleep(0.5)').catch((error: unknown) => error);
    isEnding = false;
    await ending;
    expect(refusal).toBeInstanceOf(Refusal);
    expect(refusal).toMatchObject({ code: 'unavailable', retryAfterSeconds: 2, cause: { code: '57P01' } });
    expect(log.map(({ event }) => event)).toEqual(['statement repeated', 'statement repeated', 'database unavailable']);
    expect(await pidOf()).toBeGreaterThan(0);
  });
});

describe('a database that cannot be reached', () => {
  it('is unavailable at once', async () => {
    const port = await freePort();
    const nowhere = openDatabase({ url: `postgres://postgres:x@127.0.0.1:${port}/postgres`, poolSize: 1 });
    const began = performance.now();
    await expect(nowhere.query('select 1')).rejects.toMatchObject({
      name: 'Refusal',
      code: 'unavailable',
      cause: { code: 'ECONNREFUSED' },
    });
    expect(performance.now() - began).toBeLessThan(2_500); // not the three seconds of one that says nothing
    await nowhere.end();
  });

  it('that takes connections and says nothing is given up after about three seconds', async () => {
    const { url, end } = await silentServer();
    const silent = openDatabase({ url, poolSize: 1 });
    try {
      const began = performance.now();
      await expect(silent.query('select 1')).rejects.toMatchObject({ name: 'Refusal', code: 'unavailable' });
      expect(performance.now() - began).toBeLessThan(4_500);
    } finally {
      await silent.end();
      end();
    }
  });

  it('or knows no such database or password, is unavailable', async () => {
    const other = new URL(own.url);
    other.pathname = '/nowhere';
    const missing = openDatabase({ url: other.href, poolSize: 1 });
    await expect(missing.query('select 1')).rejects.toMatchObject({ code: 'unavailable', cause: { code: '3D000' } });
    await missing.end();
    const stranger = new URL(own.url);
    stranger.password = 'wrong';
    const refused = openDatabase({ url: stranger.href, poolSize: 1 });
    await expect(refused.query('select 1')).rejects.toMatchObject({ code: 'unavailable', cause: { code: '28P01' } });
    await refused.end();
  });

  it('or has no connection left, is unavailable to init_db as well, and by its code', async () => {
    const busy = openDatabase({ url: own.url, poolSize: 1 });
    const lent = await busy.pool.connect();
    const push = { send: async () => 'sent' as const, close: async () => 'sent' as const };
    try {
      const init = initDb(postgresInstallation(busy), push);
      expect(await init({})).toEqual({ error: { code: 'unavailable', message: expect.any(String) } });
      lent.release();
      expect(await init({})).toMatchObject({ schema: { applied: [] } });
    } finally {
      await busy.end();
    }
  });

  it('tells in its log neither statements nor values', async () => {
    await triesOf(() => database.query("select fail('40001'), $1::text", ['a secret']));
    expect(JSON.stringify(log)).not.toMatch(/secret|select|fail/);
  });
});

describe('a statement that takes too long', () => {
  it('is ended by the server after five seconds and refused as unavailable', async () => {
    const began = performance.now();
    await expect(database.query("select nextval('tries'), pg_sleep(20)")).rejects.toMatchObject({
      code: 'unavailable',
      cause: { code: '57014' },
    });
    // That the server answers is known: nobody shall look for a network that is away.
    expect(log.map(({ event, message }) => [event, message])).toEqual([['database unavailable', undefined]]);
    expect(performance.now() - began).toBeLessThan(7_500); // before the client gives up itself, at 8 s
    // The error is on its way before the server notes that the session is idle.
    await until('it runs no longer', async () => {
      const { rows } = await own.pool.query(
        "select from pg_stat_activity where datname = current_database() and query like '%pg_sleep(20)' and state = 'active'",
      );
      return rows.length === 0;
    });
  });

  it('because of a lock is refused after three seconds', async () => {
    const client = await own.pool.connect();
    try {
      await client.query('begin');
      await client.query('lock table shops');
      const began = performance.now();
      await expect(database.query('select from shops')).rejects.toMatchObject({
        code: 'unavailable',
        cause: { code: '55P03' },
      });
      expect(performance.now() - began).toBeLessThan(4_000);
      await client.query('rollback');
    } finally {
      client.release();
    }
  });
});

describe('a statement that fails', () => {
  it.each(['40001', '40P01', '57P01', '08006'])('with %s is tried three times, then unavailable', async code => {
    const { tries, error } = await triesOf(() => database.query('select fail($1)', [code]));
    expect([tries, error]).toEqual([3, expect.objectContaining({ name: 'Refusal', code: 'unavailable' })]);
  });

  it.each([
    '53300',
    '57014',
    '55P03',
    '25006',
  ])('with %s is tried once: another try would only add load', async code => {
    const { tries, error } = await triesOf(() => database.query('select fail($1)', [code]));
    expect([tries, error]).toEqual([1, expect.objectContaining({ name: 'Refusal', code: 'unavailable' })]);
  });

  it.each([
    ['WO001', 'shop_not_found'],
    ['WO002', 'shop_closed'],
    ['WO003', 'dish_unavailable'],
    ['WO004', 'price_changed'],
    ['WO005', 'idempotency_key_reused'],
    ['WO006', 'rate_limited'],
    ['WO007', 'too_large'],
    ['WO008', 'idempotency_key_reused'],
    ['WO009', 'invalid_request'],
  ])('with %s is refused as %s and not tried again', async (state, code) => {
    const { tries, error } = await triesOf(() => database.query('select fail($1)', [state]));
    expect([tries, error]).toEqual([1, expect.objectContaining({ name: 'Refusal', code, message: 'on purpose' })]);
    expect(log).toEqual([]);
  });

  it.each(['23505', '22P02', 'P0001', '42703', 'XX000'])('with %s is a bug: thrown as it is, once', async code => {
    const { tries, error } = await triesOf(() => database.query('select fail($1)', [code]));
    expect([tries, error]).toEqual([1, expect.objectContaining({ code })]);
    expect(error).not.toBeInstanceOf(Refusal);
  });
});

async function silentServer() {
  const sockets: Socket[] = [];
  const server = createServer(socket => sockets.push(socket)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `postgres://postgres:x@127.0.0.1:${port}/postgres`,
    end() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

describe('11.7 a DATABASE_URL that is wrong', () => {
  const wrong: [string, (url: URL) => void, RegExp][] = [
    [
      'password',
      url => {
        url.password = 'not-this-one';
      },
      /wrong user or password/,
    ],
    [
      'user',
      url => {
        url.username = 'nobody-here';
      },
      /wrong user or password|does not let this user in/,
    ],
    [
      'database',
      url => {
        url.pathname = '/nowhere';
      },
      /there is no database of this name/,
    ],
    [
      'host',
      url => {
        url.hostname = 'no-such-host.invalid';
      },
      /there is no host of this name|cannot be looked up/,
    ],
    [
      'TLS',
      url => {
        url.searchParams.set('sslmode', 'require');
      },
      /the server has no TLS/,
    ],
    [
      'CA',
      url => {
        url.searchParams.set('sslrootcert', '/no/such/ca.pem');
      },
      /certificate file that it names is not there/,
    ],
  ];

  it.each(
    wrong,
  )('%s: 503, and the log names the host and the cause, never the password', async (_name, spoil, sentence) => {
    const url = new URL(own.url);
    spoil(url);
    const messages: (string | undefined)[] = [];
    const elsewhere = openDatabase({ url: url.href, poolSize: 1, log: ({ message }) => messages.push(message) });
    await expect(elsewhere.query('select 1')).rejects.toMatchObject({ name: 'Refusal', code: 'unavailable' });
    await elsewhere.end();
    const last = messages.at(-1) ?? '';
    expect(last).toMatch(sentence);
    expect(last.startsWith(`${url.hostname}:`)).toBe(true);
    expect(last).not.toContain(url.password);
    expect(await pidOf()).toBeGreaterThan(0);
  });
});
