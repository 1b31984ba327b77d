import { setTimeout as sleep } from 'node:timers/promises';
import {
  type Backplane,
  type BackplaneOptions,
  createBackplane,
  type Medium,
} from '../../apigateway/backplane/backplane.ts';
import { newConnectionId } from '../../apigateway/backplane/connection-id.ts';
import type { Parcel } from '../../apigateway/backplane/message.ts';
import { postgresMedium } from '../../apigateway/backplane/postgres.ts';
import { backplanePush } from '../../apigateway/backplane/push.ts';
import { redisMedium } from '../../apigateway/backplane/redis.ts';
import type { PushOutcome } from '../../apigateway/push.ts';
import { nudgeFor } from '../../functions/domain/nudge.ts';
import { createTestDatabase } from '../support/postgres/database.ts';
import { describeOver } from '../support/programs.ts';
import { startRedis } from '../support/redis.ts';
import { startTcpProxy, type TcpProxy } from '../support/trial/tcp-proxy.ts';
import { until } from '../support/until.ts';

/** A server of one kind, behind a proxy that can spoil the way. */
interface Server {
  /** Through the proxy. */
  medium: Medium;
  /** Past it. */
  direct: Medium;
  proxy: TcpProxy;
  end(): Promise<void>;
}

const kinds: [name: string, start: () => Promise<Server>][] = [
  ['Redis', startRedisServer],
  ['PostgreSQL', startPostgresServer],
];

async function startRedisServer(): Promise<Server> {
  const redis = await startRedis();
  const proxy = await startTcpProxy(redis.port);
  return {
    medium: redisMedium(`redis://127.0.0.1:${proxy.port}`),
    direct: redisMedium(redis.url),
    proxy,
    async end() {
      await proxy.close();
      await redis.end();
    },
  };
}

async function startPostgresServer(): Promise<Server> {
  const database = await createTestDatabase({ empty: true });
  const address = new URL(database.url);
  const proxy = await startTcpProxy(Number(address.port));
  address.port = String(proxy.port);
  return {
    medium: postgresMedium(address.href),
    direct: postgresMedium(database.url),
    proxy,
    async end() {
      await proxy.close();
      await database.drop();
    },
  };
}

/** A gateway instance as the backplane sees it. */
interface Instance {
  backplane: Backplane;
  parcels: Parcel[];
  /** Says what it answers from now on. */
  answer(outcome: PushOutcome): void;
  logged: string[];
}

for (const [name, start] of kinds)
  describeOver(name)(`the backplane on ${name}`, () => {
    let server: Server;
    const ends: (() => Promise<void>)[] = [];
    beforeAll(async () => {
      server = await start();
    });
    afterEach(async () => {
      server.proxy.heal();
      for (const end of ends.splice(0)) await end();
    });
    afterAll(() => server.end());

    function join(options: Partial<BackplaneOptions> = {}): Backplane {
      const backplane = createBackplane({ medium: server.direct, ...options });
      ends.push(() => backplane.end());
      return backplane;
    }

    /** Starts an instance and waits until it can be reached. */
    async function startInstance(options: Partial<BackplaneOptions> = {}): Promise<Instance> {
      const parcels: Parcel[] = [];
      const logged: string[] = [];
      let answer: PushOutcome = 'sent';
      const backplane = join({
        log: ({ event }) => logged.push(event),
        ...options,
        receive(parcel) {
          parcels.push(parcel);
          return answer;
        },
      });
      const probe = join();
      await until('it is there', async () => (await probe.publish(backplane.name, { connectionId: 'p' })) === 'sent');
      parcels.length = 0;
      return {
        backplane,
        parcels,
        logged,
        answer(outcome) {
          answer = outcome;
        },
      };
    }

    test('a parcel reaches the instance it is for, byte for byte, and the answer is the instance’s own', async () => {
      const [one, other] = [await startInstance(), await startInstance()];
      const publisher = join();
      const text = '{"note":"多加辣\\u0000 👩‍🍳 \\n < > ~ \'\' $1"}\nand a second line';
      expect(await publisher.publish(one.backplane.name, { connectionId: 'a.b-c_d', data: text })).toBe('sent');
      expect(await publisher.publish(one.backplane.name, { connectionId: 'x', data: Buffer.from([0, 1, 255]) })).toBe(
        'sent',
      );
      expect(await publisher.publish(one.backplane.name, { connectionId: 'x' })).toBe('sent');
      expect(one.parcels).toEqual([
        { connectionId: 'a.b-c_d', data: text },
        { connectionId: 'x', data: Buffer.from([0, 1, 255]) },
        { connectionId: 'x' },
      ]);
      expect(other.parcels).toEqual([]);
      for (const outcome of ['gone', 'unknown'] as const) {
        one.answer(outcome);
        expect(await publisher.publish(one.backplane.name, { connectionId: 'a.b', data: '{}' })).toBe(outcome);
      }
    });

    test('an instance that nobody listens for is unknown, never gone, and that at once', async () => {
      const publisher = join({ timeoutMs: 60_000 });
      expect(await publisher.publish('0123456789abcdef', { connectionId: 'a.b', data: '{}' })).toBe('unknown');
      const instance = await startInstance();
      await instance.backplane.end();
      // A server notices the end of a session a moment later; a push before that waits for its answer.
      const impatient = join({ timeoutMs: 2_000 });
      await until('nobody is waited for', async () => {
        const begun = performance.now();
        expect(await impatient.publish(instance.backplane.name, { connectionId: 'a.b', data: '{}' })).toBe('unknown');
        return performance.now() - begun < 1_000;
      });
    });

    test('an instance that takes a parcel and never answers is unknown', async () => {
      const publisher = join({ timeoutMs: 100 });
      await publisher.publish((await startInstance()).backplane.name, { connectionId: 'a.b' });
      const session = await server.direct.open('mute', { onMessage() {}, onEnd() {} });
      expect(await publisher.publish('mute', { connectionId: 'a.b', data: '{}' })).toBe('unknown');
      await session.end();
    });

    test('several instances push to each other and to themselves, a thousand at once, each once', async () => {
      const instances = [await startInstance(), await startInstance(), await startInstance()];
      const pushes = Array.from({ length: 1_000 }, (_each, number) => {
        const from = instances[number % 3]?.backplane;
        const to = instances[Math.floor(number / 3) % 3]?.backplane.name ?? '';
        return from?.publish(to, { connectionId: `c${number}`, data: `{"n":${number}}` });
      });
      const outcomes = await Promise.all(pushes);
      expect(outcomes.filter(outcome => outcome !== 'sent')).toEqual([]);
      const arrived = instances.flatMap(({ parcels }) => parcels.map(parcel => Number(parcel.connectionId.slice(1))));
      expect(arrived.sort((a, b) => a - b)).toEqual(Array.from({ length: 1_000 }, (_each, number) => number));
    });

    test('a frame of any size arrives as it was', async () => {
      const instance = await startInstance();
      const publisher = join();
      for (const length of [2_600, 7_900, 8_000, 32_768, 200_000]) {
        const data = '米饭x'.repeat(length / 4);
        expect(await publisher.publish(instance.backplane.name, { connectionId: 'a.b', data })).toBe('sent');
        expect(instance.parcels.at(-1)?.data === data).toBe(true);
      }
    });

    test('F50 the backplane is lost and comes back while pushing: unknown meanwhile, never gone, then as before', async () => {
      const times = { firstWaitMs: 20, longestWaitMs: 100 };
      const instance = await startInstance({ medium: server.medium, times });
      const { name } = instance.backplane;
      const publisher = join({ medium: server.medium, times, timeoutMs: 300 });
      const push = () => publisher.publish(name, { connectionId: 'a.b', data: '{}' });
      // The first opens a session, which may take longer than this publisher waits.
      await until('it is there', async () => (await push()) === 'sent');
      for (const spoil of ['cut', 'refuse', 'half-open'] as const) {
        const outcomes = new Set<PushOutcome>();
        if (spoil !== 'cut') server.proxy.weather({ kind: spoil });
        if (spoil !== 'half-open') server.proxy.cut();
        for (let count = 0; count < 5; count++) {
          outcomes.add(await push());
          await sleep(20);
        }
        expect([...outcomes].filter(outcome => outcome === 'gone')).toEqual([]);
        if (spoil !== 'cut') expect(outcomes).toContain('unknown');
        if (spoil === 'refuse') expect(instance.backplane.state()).toBe('lost');
        server.proxy.heal();
        if (spoil === 'half-open') server.proxy.cut();
        await until(`it is back after ${spoil}`, async () => (await push()) === 'sent');
        expect(instance.backplane.state()).toBe('joined');
      }
      expect(instance.logged).toEqual(expect.arrayContaining(['backplane lost', 'backplane is back']));
    });

    test('a half-open session is noticed by its silence, and the instance comes back under the same name', async () => {
      const times = { tryMs: 100, firstWaitMs: 20, longestWaitMs: 100, openMs: 1_000 };
      const reasons: unknown[] = [];
      const instance = await startInstance({
        medium: server.medium,
        times,
        log: ({ message }) => reasons.push(message),
      });
      server.proxy.weather({ kind: 'half-open' });
      await until('it has noticed', () => reasons.length > 0);
      expect(reasons[0]).toBe('it does not hear itself');
      // Only new connections pass from now on; the server still holds the old one for alive.
      server.proxy.weather({ kind: 'pass' });
      const publisher = join({ timeoutMs: 300 });
      const { name } = instance.backplane;
      await until('it is back', async () => (await publisher.publish(name, { connectionId: 'a.b' })) === 'sent');
    });

    test('an instance that starts while the backplane is away is there when that comes', async () => {
      server.proxy.weather({ kind: 'refuse' });
      const times = { firstWaitMs: 20, longestWaitMs: 50 };
      const early = join({ medium: server.medium, times, receive: () => 'sent' });
      await sleep(100);
      server.proxy.weather({ kind: 'pass' });
      const publisher = join();
      await until('it is there', async () => (await publisher.publish(early.name, { connectionId: 'a.b' })) === 'sent');
    });

    test('a process that only publishes uses a new session when the last one has been idle for long', async () => {
      const instance = await startInstance();
      const publisher = join({ medium: server.medium, times: { idleMs: 50 }, timeoutMs: 2_000 });
      const push = () => publisher.publish(instance.backplane.name, { connectionId: 'a.b', data: '{}' });
      expect(await push()).toBe('sent');
      const sessions = server.proxy.accepted();
      await sleep(100);
      // A frozen container's session may have died unnoticed.
      expect(await push()).toBe('sent');
      expect(server.proxy.accepted()).toBe(sessions + 1);
    });

    test('a process that only publishes gives up a session on which nothing goes out', async () => {
      const instance = await startInstance();
      const times = { firstWaitMs: 20, longestWaitMs: 50, openMs: 300 };
      const publisher = join({ medium: server.medium, times, timeoutMs: 100 });
      const push = () => publisher.publish(instance.backplane.name, { connectionId: 'a.b', data: '{}' });
      await until('it is there', async () => (await push()) === 'sent');
      server.proxy.weather({ kind: 'half-open' });
      expect(await push()).toBe('unknown');
      server.proxy.weather({ kind: 'pass' });
      await until('it has another session', async () => (await push()) === 'sent');
    });

    test('what strangers write into a channel is ignored', async () => {
      const instance = await startInstance();
      const stranger = await server.direct.open('stranger', { onMessage() {}, onEnd() {} });
      for (const text of [
        '',
        '>',
        '> x',
        '< ',
        '< 1',
        '< 1s zz 99999999999999999999g',
        '> A 1 t x\n{}',
        'hello',
        '~ a 0 2\nx',
      ])
        await stranger.send(instance.backplane.name, text);
      await stranger.end();
      expect(await join().publish(instance.backplane.name, { connectionId: 'a.b' })).toBe('sent');
      expect(instance.parcels).toEqual([{ connectionId: 'a.b' }]);
    });

    describe('as a push', () => {
      test('finds the instance in the connection’s id; an id without one is unknown', async () => {
        const instance = await startInstance();
        const push = backplanePush(() => join());
        const id = newConnectionId(instance.backplane.name);
        expect([await push.send(id, '{}'), await push.close(id)]).toEqual(['sent', 'sent']);
        expect(instance.parcels).toEqual([{ connectionId: id, data: '{}' }, { connectionId: id }]);
        for (const stranger of ['', 'abc', 'ABC.def', 'a b.c', '../x'])
          expect(await push.send(stranger, '{}')).toBe('unknown');
      });

      test('a large frame of events or of a snapshot becomes a nudge where it does not fit, other frames go in parts', async () => {
        const instance = await startInstance();
        const backplane = join();
        const push = backplanePush(() => backplane, nudgeFor);
        const id = newConnectionId(instance.backplane.name);
        const filler = 'x'.repeat(9_000);
        const frames = [
          { type: 'events', epoch: 'e', events: [{ seq: 7, note: filler }], head: 7, more: false },
          { type: 'snapshot', epoch: 'e', head: 8, index: 0, orders: [filler], more: false },
          { type: 'shop', shop: { name: filler } },
          { type: 'order', order: { note: filler } },
          { type: 'message', from: 'BCDF', data: '\u{1f468}\u{1f3fd}'.repeat(1_000), online: 2 },
        ];
        for (const frame of frames) expect(await push.send(id, JSON.stringify(frame))).toBe('sent');
        const [events, snapshot, ...others] = instance.parcels.map(({ data }) => JSON.parse(String(data)));
        expect(others).toEqual(frames.slice(2));
        if (backplane.frameBytes > 9_000) expect([events, snapshot]).toEqual(frames.slice(0, 2));
        else
          expect([events, snapshot]).toEqual([
            { type: 'pong', epoch: 'e', head: 7 },
            { type: 'pong', epoch: 'e', head: 8 },
          ]);
      });

      test('a backplane that cannot even be made is unknown', async () => {
        const push = backplanePush(() => Promise.reject(new Error('no such thing')));
        expect(await push.send('a.b', '{}')).toBe('unknown');
      });
    });
  });
