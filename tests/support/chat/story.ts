import { connect } from '../apigateway/client.ts';
import { until } from '../until.ts';
import { type ChatClient, openChat } from './client.ts';
import type { ChatSystem } from './systems.ts';

// What those who left before a test are told last, how many are online, may still be on its way when it begins, and the
// pushes of a gateway overtake each other: a test waits for the presence it is about.

interface Behind {
  ours: boolean;
  takesBytes?: boolean;
}

/**
 * The whole chat, told by tests that run against any system that serves its wire. `ours`: behind our gateway, which brings
 * the frames of a connection one after another, limits their rate, and closes who sends what is no text. `takesBytes`: the
 * function is called with them, where others close who sends any, as AWS documents.
 */
export function chatStory(start: () => Promise<ChatSystem>, { ours, takesBytes = true }: Behind): void {
  let system: ChatSystem;
  /** Is in the room all the time, and sees when the others have left. */
  let watcher: ChatClient;
  const clients: ChatClient[] = [];
  beforeAll(async () => {
    system = await start();
    watcher = await openChat(system.url);
    await watcher.join();
  }, 90_000);
  afterAll(async () => {
    await watcher?.close();
    await system?.stop();
  }, 30_000);
  afterEach(async () => {
    watcher.frames.length = 0;
    await Promise.all(clients.splice(0).map(client => client.close()));
    await watcher.untilOnline(1);
  });

  async function open(): Promise<ChatClient> {
    const client = await openChat(system.url);
    clients.push(client);
    return client;
  }

  interface Joined {
    client: ChatClient;
    you: string;
    pass: string;
  }

  /** Three who have joined, and know it of each other; with the watcher they are four. */
  async function three(): Promise<[Joined, Joined, Joined]> {
    const one = async () => {
      const client = await open();
      const { you, pass } = await client.join();
      return { client, you, pass };
    };
    const all: [Joined, Joined, Joined] = [await one(), await one(), await one()];
    for (const { client } of all.slice(0, 2)) await client.untilOnline(4);
    for (const { client } of all) client.frames.length = 0;
    return all;
  }

  it('tells who joins its four letters and how many are online, and the others that somebody came', async () => {
    const first = await open();
    const answer = await first.join();
    expect(answer).toEqual({
      type: 'presence',
      online: 2,
      you: expect.stringMatching(/^[A-Z]{4}$/),
      pass: expect.stringMatching(/^[\w-]+\.[\w-]{43}$/),
    });
    const second = await open();
    expect((await second.join()).online).toBe(3);
    expect(await first.next('presence', ({ online }) => online === 3)).toEqual({ type: 'presence', online: 3 });
  });

  it('brings a message to all others and not to the sender, as text or as an action', async () => {
    const [a, b, c] = await three();
    a.client.send('你好, <b>everybody</b>');
    const expected = { type: 'message', from: a.you, data: '你好, <b>everybody</b>', online: 4 };
    expect(await b.client.next('message')).toEqual(expected);
    expect(await c.client.next('message')).toEqual(expected);
    b.client.send({ action: 'sendmessage', data: '{"action":"join"}' });
    expect(await a.client.next('message')).toEqual({ ...expected, from: b.you, data: '{"action":"join"}' });
    await c.client.next('message');
    expect(a.client.messages()).toEqual([]);
  });

  it('brings a message to one member alone', async () => {
    const [a, b, c] = await three();
    a.client.send({ action: 'sendmessage', data: 'for you', to: b.you.toLowerCase() });
    expect(await b.client.next('message')).toEqual({
      type: 'message',
      from: a.you,
      data: 'for you',
      online: 4,
      direct: true,
    });
    a.client.send('for all');
    expect(await c.client.next('message')).toMatchObject({ data: 'for all' });
    a.client.send({ action: 'sendmessage', data: 'nobody', to: 'AAAA' });
    expect((await a.client.next('error')).error.code).toBe('not_found');
  });

  it('tells the others when somebody leaves, however that happened', async () => {
    const [a, b, c] = await three();
    await c.client.close();
    await a.client.untilOnline(3);
    b.client.cut();
    await a.client.untilOnline(2);
  });

  it('9.18: who comes back has its name again, and the others are told that it is nobody new', async () => {
    const [a, b, c] = await three();
    await c.client.close();
    await a.client.untilOnline(3);
    const again = await open();
    expect(await again.join(c.pass)).toMatchObject({ online: 4, back: 1, you: c.you });
    expect(await a.client.next('presence', ({ back }) => back !== undefined)).toEqual({
      type: 'presence',
      online: 4,
      back: 1,
    });
    // An answer that is lost makes a page show the pass once more: it has come back once all the same.
    expect(await again.join(c.pass)).toEqual({ type: 'presence', online: 4, you: c.you, pass: expect.any(String) });
    b.client.send({ action: 'sendmessage', data: 'welcome back', to: c.you });
    expect(await again.next('message')).toMatchObject({ data: 'welcome back', online: 4 });
    again.send('thanks');
    expect(await a.client.next('message')).toMatchObject({ from: c.you });
    await again.close();
    await a.client.untilOnline(3);
  });

  it('9.18: who comes back before its earlier connection has ended takes its place, again and again', async () => {
    const [a, , c] = await three();
    let { client, pass } = c;
    for (let round = 0; round < 3; round++) {
      const next = await open();
      const answer = await next.join(pass);
      expect(answer).toMatchObject({ back: 1, online: 4, you: c.you });
      await client.closed;
      ({ client, pass } = { client: next, pass: answer.pass });
    }
    a.client.send({ action: 'sendmessage', data: 'are you there?', to: c.you });
    expect(await client.next('message')).toMatchObject({ data: 'are you there?', online: 4 });
  });

  it('9.18: joining again with its own pass changes nothing', async () => {
    const [a, , c] = await three();
    const { back, ...answer } = await c.client.join(c.pass);
    expect([back, answer]).toEqual([undefined, { type: 'presence', online: 4, you: c.you, pass: c.pass }]);
    expect(await a.client.next('presence')).toEqual({ type: 'presence', online: 4 });
    expect(a.client.frames.filter(frame => frame.type === 'presence' && frame.back !== undefined)).toEqual([]);
  });

  it('9.18: a pass that is none of ours brings nobody’s name, and ends nobody’s connection', async () => {
    const [a, , c] = await three();
    const [text = '', signature = ''] = c.pass.split('.');
    const other = a.pass.split('.')[0];
    for (const pass of [`${text}.`, `${other}.${signature}`, `${text}x.${signature}`, text, '.', '\u0000x'.slice(1)]) {
      const stranger = await open();
      const answer = await stranger.join(pass);
      expect(answer.back).toBeUndefined();
      expect([a.you, c.you]).not.toContain(answer.you);
      await stranger.close();
    }
    expect(c.client.isOpen()).toBe(true);
    a.client.send({ action: 'sendmessage', data: 'still you', to: c.you });
    expect(await c.client.next('message')).toMatchObject({ data: 'still you' });
  });

  it('takes 2,000 characters of any kind, and refuses more, none and bytes, with a reason and without a word to others', async () => {
    const [a, b] = await three();
    const long = '𝒳'.repeat(2_000);
    a.client.send(long);
    expect((await b.client.next('message')).data).toBe(long);
    for (const frame of [
      '𝒳'.repeat(2_001),
      'x'.repeat(20_000),
      '',
      { action: 'sendmessage', data: '' },
      { action: 'sendmessage', data: '\ud800' },
      { action: 'sendmessage', data: 7 },
      { action: 'sendmessage', data: 'x', to: 'ABCDE' },
      { action: 'sendmessage', data: 'x', more: 1 },
      { action: 'join', more: 1 },
      { action: 'join', pass: '' },
      { action: 'join', pass: 7 },
      { action: 'join', pass: 'x'.repeat(1_025) },
      ...(takesBytes ? [Buffer.from([1, 2, 3])] : []),
    ]) {
      a.client.send(frame);
      const { error } = await a.client.next('error');
      expect(error.code).toBe('invalid_request');
      expect(error.message.length).toBeGreaterThan(10);
    }
    a.client.send('still here');
    expect((await b.client.next('message')).data).toBe('still here');
    expect(b.client.frames.filter(({ type }) => type !== 'presence')).toEqual([]);
  });

  it('pushes nothing to who has not joined but is connected, except what others say', async () => {
    const [a] = await three();
    const listener = await open();
    a.client.send('hello');
    expect((await listener.next('message')).online).toBe(5);
    expect(listener.frames.filter(({ type }) => type !== 'presence')).toEqual([]);
  });

  if (!takesBytes)
    it('closes who sends bytes with 1003, and disturbs nobody else', async () => {
      const [a, b] = await three();
      const other = await open();
      other.send(Buffer.from([1, 2, 3]));
      expect((await other.closed).code).toBe(1003);
      a.client.send('fine');
      expect((await b.client.next('message')).data).toBe('fine');
    });

  if (ours) {
    it('keeps the order of what one member sends', async () => {
      const [a, b] = await three();
      const sent = Array.from({ length: 30 }, (_, index) => `message ${index}`);
      for (const text of sent) a.client.send(text);
      await until(() => b.client.messages().length === sent.length);
      expect(b.client.messages().map(({ data }) => data)).toEqual(sent);
    });

    it('closes who sends 200 frames a second, says why, and disturbs nobody else', async () => {
      const [a, b, c] = await three();
      for (let index = 0; index < 200; index++) a.client.send(`flood ${index}`);
      expect((await a.client.next('error')).error.code).toBe('rate_limited');
      await a.client.closed;
      b.client.send('are you there?');
      expect(await c.client.next('message', ({ data }) => data === 'are you there?')).toBeDefined();
      expect(b.client.messages().filter(({ data }) => data.startsWith('flood')).length).toBeLessThanOrEqual(61);
    });

    it.each<[string, Buffer, number]>([
      ['what is not UTF-8', Buffer.from([0xc3, 0x28]), 1007],
      ['more than 32 KiB', Buffer.alloc(33 * 1024, 'x'), 1009],
    ])('closes who sends %s, says why, and disturbs nobody else', async (_, frame, code) => {
      const [a, b, c] = await three();
      const broken = await connect(system.url);
      broken.socket.send(frame, { binary: false });
      expect((await broken.closed).code).toBe(code);
      expect(JSON.parse(String(broken.frames.at(-1)))).toMatchObject({ error: { code: 'invalid_request' } });
      b.client.send('fine');
      expect((await c.client.next('message')).data).toBe('fine');
      expect(a.client.isOpen()).toBe(true);
    });
  }
}
