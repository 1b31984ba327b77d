import { type Client, connect } from '../support/apigateway/client.ts';
import { withCredentials } from '../support/aws-credentials.ts';
import { describeOver } from '../support/programs.ts';
import { until } from '../support/until.ts';
import { type PushDialect, pushDialects } from './push-dialects.ts';

// One suite for the port over every dialect: what *sent*, *gone* and *unknown* mean is the same everywhere.
withCredentials();

for (const [name, start] of Object.entries(pushDialects))
  describeOver(name)(`pushing by ${name}`, () => {
    let dialect: PushDialect;
    const clients: Client[] = [];
    beforeAll(async () => {
      dialect = await start();
    });
    afterEach(() => {
      for (const client of clients.splice(0)) client.socket.terminate();
    });
    afterAll(() => dialect?.stop());

    async function open(): Promise<{ client: Client; id: string }> {
      const client = await connect(dialect.socketUrl);
      clients.push(client);
      return { client, id: dialect.ids().at(-1) ?? '' };
    }

    it.each([
      '{"type":"presence","online":1}',
      '',
      '你好 𝒳 "quoted" \\ \n end',
      '𝒳'.repeat(1_800),
    ])('brings a text as it is, and says that it was sent', async text => {
      const { client, id } = await open();
      // A way that has just been opened may not be there yet; that is no reason to forget the connection.
      await until(async () => (await dialect.push.send(id, 'first')) === 'sent');
      expect(await dialect.push.send(id, text)).toBe('sent');
      const frames = await client.received(2);
      expect(frames.at(-1)).toBe(text);
    });

    it('brings the largest text that it can carry, and says unknown of one that nobody carries', async () => {
      const { client, id } = await open();
      await until(async () => (await dialect.push.send(id, 'first')) === 'sent');
      expect(await dialect.push.send(id, 'x'.repeat(dialect.largestBytes))).toBe('sent');
      expect((await client.received(2)).at(-1)).toHaveLength(dialect.largestBytes);
      expect(await dialect.push.send(id, 'x'.repeat(300_000))).toBe('unknown');
      expect(await dialect.push.send(id, 'still there')).toBe('sent');
    });

    it('reaches the connection that was meant, and no other', async () => {
      const [first, second] = [await open(), await open()];
      expect(await dialect.push.send(second.id, 'for the second')).toBe('sent');
      expect(await dialect.push.send(first.id, 'for the first')).toBe('sent');
      await Promise.all([first.client.received(), second.client.received()]);
      expect([first.client.frames, second.client.frames]).toEqual([['for the first'], ['for the second']]);
    });

    it('keeps the order of pushes that wait for each other', async () => {
      const { client, id } = await open();
      const sent = Array.from({ length: 50 }, (_, index) => `push ${index}`);
      for (const text of sent) expect(await dialect.push.send(id, text)).toBe('sent');
      expect(await client.received(50)).toEqual(sent);
    });

    it('closes a connection, which is gone from then on', async () => {
      const { client, id } = await open();
      expect(await dialect.push.close(id)).toBe('sent');
      await client.closed;
      await until(async () => (await dialect.push.send(id, 'too late')) === 'gone');
      expect(await dialect.push.close(id)).toBe('gone');
      expect(client.frames).toEqual([]);
    });

    it('says gone of a connection whose client has left, and of one that never was', async () => {
      const { client, id } = await open();
      client.socket.close();
      await client.closed;
      await until(async () => (await dialect.push.send(id, 'too late')) === 'gone');
      expect(await dialect.push.send(dialect.unknownId, 'to nobody')).toBe('gone');
      expect(await dialect.push.close(dialect.unknownId)).toBe('gone');
    });

    it('never throws: when the way is cut, the outcome is unknown, and nobody is forgotten for that', async () => {
      if (dialect.breakWay === undefined) return;
      const { id } = await open();
      await dialect.breakWay();
      expect(await dialect.push.send(id, 'lost')).toBe('unknown');
      expect(await dialect.push.close(id)).toBe('unknown');
      expect(await dialect.push.send(dialect.unknownId, 'lost')).toBe('unknown');
    });
  });
