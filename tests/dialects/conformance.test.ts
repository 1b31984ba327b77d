import { connect as connectSocket } from 'node:net';
import { type Client, connect, handshake } from '../support/apigateway/client.ts';
import { withCredentials } from '../support/aws-credentials.ts';
import { until } from '../support/until.ts';
import { aws } from './aws.ts';
import { type Behaviour, type DialectWorld, startWorld } from './contract.ts';
import { tencent } from './tencent.ts';

// What functions and clients may rely on whatever the functions were written for.

withCredentials();

describe.each(Object.entries({ tencent, aws }))('the dialect %s', (_, dialect) => {
  let world: DialectWorld | undefined;
  afterEach(async () => {
    await world?.gateway.close();
    world = undefined;
  });
  async function start(...given: [Behaviour?, Parameters<typeof startWorld>[2]?]): Promise<DialectWorld> {
    world = await startWorld(dialect, ...given);
    return world;
  }
  async function open(...given: [Behaviour?, Parameters<typeof startWorld>[2]?]) {
    const started = await start(...given);
    const client = await connect(started.url);
    const [{ id = '' } = {}] = await started.heard('connect');
    return { ...started, client, id };
  }

  describe('a handshake', () => {
    it('waits for the function, and the client is known by one id from there to its end', async () => {
      const { client, id, heard } = await open();
      client.socket.send('hello');
      client.socket.close();
      await heard('end');
      expect(world?.told).toEqual([
        { what: 'connect', id },
        { what: 'message', id, data: 'hello' },
        { what: 'end', id },
      ]);
    });

    it('that the function refuses is answered 403, and the next client is served', async () => {
      let refuses = true;
      const { url } = await start({ connect: async () => ({ accepted: !refuses }) });
      expect(await handshake(url)).toMatchObject({ status: 403 });
      refuses = false;
      await connect(url);
    });

    it('on which the function fails is answered 502, and one that it never answers 504', async () => {
      let fails = true;
      const connecting = async () =>
        fails ? Promise.reject(new Error('no database')) : new Promise<never>(() => undefined);
      const short =
        dialect === aws ? { api: { integrationSeconds: 0.2 } } : { gateway: { functionTimeoutSeconds: 0.2 } };
      const { url } = await start({ connect: connecting }, short);
      expect(await handshake(url)).toMatchObject({ status: 502 });
      fails = false;
      expect(await handshake(url)).toMatchObject({ status: 504 });
    });

    it('takes the subprotocol that the function chooses of those that were offered, and no other', async () => {
      const { url } = await start({ connect: async offered => ({ accepted: true, protocol: offered[1] ?? 'other' }) });
      expect((await connect(url, { protocols: ['a', 'b'] })).socket.protocol).toBe('b');
      expect(await handshake(url, { protocols: ['a'] })).toMatchObject({ status: 502 });
    });

    it('of a page elsewhere is refused before a function is called', async () => {
      const { url, told } = await start();
      expect(await handshake(url, { origin: 'https://evil.example' })).toMatchObject({ status: 403 });
      expect(told).toEqual([]);
    });

    it('whose client leaves meanwhile is followed by the end, after the function has answered', async () => {
      let letIn: (() => void) | undefined;
      const { gateway, told, heard } = await start({
        connect: () => new Promise(resolve => (letIn = () => resolve({ accepted: true }))),
      });
      const socket = connectSocket(gateway.port, '127.0.0.1', () => socket.write(upgrade));
      await until(() => letIn !== undefined);
      socket.destroy();
      letIn?.();
      await heard('end');
      expect(told.map(({ what }) => what)).toEqual(['connect', 'end']);
    });
  });

  describe('frames of a client', () => {
    it('reach the function as they were sent, one after another', async () => {
      let running = 0;
      let most = 0;
      const { client, heard } = await open({
        async message() {
          most = Math.max(most, ++running);
          await new Promise(resolve => setImmediate(resolve));
          running--;
        },
      });
      const sent = ['', '鸡蛋 🍜', '{"action":"nowhere"}', 'null', ...Array.from({ length: 60 }, (_, i) => String(i))];
      for (const text of sent) client.socket.send(text);
      expect((await heard('message', sent.length)).map(({ data }) => data)).toEqual(sent);
      expect(most).toBe(1);
    });

    it.each<[string, Buffer, number]>([
      ['larger than the limit', Buffer.alloc(2_000, 'x'), 1009],
      ['no UTF-8', Buffer.from([0xc3, 0x28]), 1007],
    ])('that are %s close it, and reach nobody', async (_, frame, code) => {
      const { client, told, heard } = await open({}, { api: { maxFrameBytes: 1_000 } });
      client.socket.send(frame, { binary: false });
      expect((await client.closed).code).toBe(code);
      await heard('end');
      expect(told.map(({ what }) => what)).toEqual(['connect', 'end']);
    });

    it('over the rate close it with what the owner says', async () => {
      const rateLimit = { framesPerSecond: 1, burst: 2, frame: { slow: 'down' } };
      const { client, heard } = await open({}, { api: { rateLimit } });
      for (let i = 0; i < 3; i++) client.socket.send(String(i));
      expect((await client.closed).code).toBe(1008);
      expect(client.frames).toEqual(['{"slow":"down"}']);
      expect((await heard('message')).length).toBeLessThanOrEqual(2);
    });

    it('that wait while others are with the function are brought before the end is told', async () => {
      const { client, told, heard } = await open({ message: () => new Promise(resolve => setTimeout(resolve, 5)) });
      for (let i = 0; i < 5; i++) client.socket.send(String(i));
      client.socket.close();
      await heard('end');
      expect(told.map(({ what }) => what)).toEqual(['connect', ...Array(5).fill('message'), 'end']);
    });
  });

  describe('a push', () => {
    it('reaches the client as it was sent, in order', async () => {
      const { client, id, push } = await open();
      const sent = ['鸡蛋 🍜', '\u0000', 'x'.repeat(100_000), '{"a":1}'];
      for (const text of sent) expect(await push.send(id, text)).toBe('sent');
      expect(await client.received(sent.length)).toEqual(sent);
    });

    it('to a client that has left, or to an id that nobody has, is gone', async () => {
      const { client, id, push, heard } = await open();
      client.socket.close();
      await heard('end');
      expect([await push.send(id, 'x'), await push.close(id)]).toEqual(['gone', 'gone']);
      expect(await push.send('A'.repeat(32), 'x')).toBe('gone');
    });

    it('by who pushes to another API finds nobody, and disturbs nobody', async () => {
      const { client, id, otherPush, push } = await open();
      expect([await otherPush.send(id, 'x'), await otherPush.close(id)]).toEqual(['gone', 'gone']);
      expect(await push.send(id, 'still here')).toBe('sent');
      expect(await client.received()).toEqual(['still here']);
    });

    it('from within the function that is asked to let the client in is not sent', async () => {
      let outcome: string | undefined;
      const { url } = await start({
        async connect() {
          const [{ id = '' } = {}] = world?.told ?? [];
          outcome = await world?.push.send(id, 'too early');
          return { accepted: true };
        },
      });
      const client = await connect(url);
      expect(outcome).not.toBe('sent');
      expect(client.frames).toEqual([]);
    });

    it('closes the client, and the end is told once', async () => {
      const { client, id, push, told, heard } = await open();
      expect(await push.close(id)).toBe('sent');
      expect((await client.closed).code).toBe(1000);
      await heard('end');
      await world?.gateway.close();
      expect(told.filter(({ what }) => what === 'end')).toHaveLength(1);
    });
  });

  describe('the end', () => {
    it.each<[string, (client: Client) => void]>([
      ['closes', ({ socket }) => socket.close(4_000, 'enough')],
      ['vanishes', ({ socket }) => socket.terminate()],
    ])('is told once when the client %s', async (_, leave) => {
      const { client, told, heard } = await open();
      leave(client);
      await heard('end');
      await world?.gateway.close();
      expect(told.filter(({ what }) => what === 'end')).toHaveLength(1);
    });

    it('comes when nothing was sent for as long as the owner says', async () => {
      const { client, heard } = await open({}, { api: { idleSeconds: 0.1 } });
      await client.closed;
      await heard('end');
    });

    it('is told of everybody before the gateway has stopped, even by a function that fails', async () => {
      const { gateway, url, told } = await open({ end: () => Promise.reject(new Error('no database')) });
      await connect(url);
      await gateway.close();
      expect(told.filter(({ what }) => what === 'end').length).toBeGreaterThanOrEqual(2);
    });
  });

  it('holds an API to its most connections, without a call', async () => {
    const { url, told } = await open({}, { api: { maxConnections: 1 } });
    expect(await handshake(url)).toMatchObject({ status: 503 });
    expect(told).toHaveLength(1);
  });
});

const upgrade =
  'GET /one HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n';
