import { setTimeout as sleep } from 'node:timers/promises';
import type { Push } from '../../apigateway/push.ts';
import { type Gateway, startGateway } from '../../apigateway/server/gateway.ts';
import { cleanupFunction } from '../../apigateway/tencent/cleanup-function.ts';
import { sendBackPush } from '../../apigateway/tencent/push.ts';
import { registerFunction } from '../../apigateway/tencent/register-function.ts';
import { transportFunction } from '../../apigateway/tencent/transport-function.ts';
import { emptyRoom, memoryRoom } from '../../db/connections/memory.ts';
import { cleanup } from '../../functions/chat/cleanup/cleanup.ts';
import { register } from '../../functions/chat/register/register.ts';
import { transport } from '../../functions/chat/transport/transport.ts';
import { createPasses } from '../../functions/domain/chat/pass.ts';
import { createPresence } from '../../functions/domain/chat/presence.ts';
import { createPatience } from '../../functions/runtime/chat/patience.ts';
import { connect } from '../support/apigateway/client.ts';
import { openChat } from '../support/chat/client.ts';
import { until } from '../support/until.ts';

// One who never reads and one who never stops, in a room behind a real gateway.

let gateway: Gateway | undefined;
afterEach(async () => {
  await gateway?.close();
  gateway = undefined;
});

type Way = 'within the process' | 'by the send-back URL';

async function startRoom(way: Way, rateLimit?: { framesPerSecond: number; burst: number }): Promise<string> {
  const room = memoryRoom(emptyRoom(), { leaseSeconds: 3_600 });
  let made: Push | undefined;
  const by = () => {
    made ??= way === 'within the process' ? gateway?.push('chat') : sendBackPush({ url: address(), timeoutMs: 1_500 });
    if (made === undefined) throw new Error('there is no gateway');
    return made;
  };
  const address = () => gateway?.sendBackUrl('chat') ?? '';
  const push: Push = { send: (id, text) => by().send(id, text), close: id => by().close(id) };
  const passes = createPasses('a secret of the tests');
  const telling = { push, room, passes, lanes: 64, patience: createPatience(100), deliveries: async () => {} };
  const chat = { ...telling, presence: createPresence(telling), log: () => undefined };
  gateway = await startGateway({
    port: 0,
    logLevel: 'error',
    websockets: [
      {
        path: '/chat',
        apiId: 'chat',
        firstFrameSeconds: 0,
        ...(rateLimit === undefined ? {} : { rateLimit }),
        register: registerFunction(register(room)),
        transport: transportFunction(transport(chat)),
        cleanup: cleanupFunction(cleanup(chat)),
      },
    ],
  });
  return `${gateway.url.replace('http', 'ws')}/chat`;
}

test.each<Way>([
  'within the process',
  'by the send-back URL',
])('who never reads is closed in the end, and the others get everything, in order: %s', async way => {
  const url = await startRoom(way);
  const unread = await connect(url);
  unread.socket.pause();
  const [speaker, ...readers] = await Promise.all([1, 2, 3, 4].map(() => openChat(url)));
  for (const reader of readers) await reader.join();
  const text = '🍜'.repeat(1_990);
  // 16 MB for each: more than the buffers of any kernel and our own megabyte.
  const count = 2_000;
  for (let number = 0; number < count; number++) {
    speaker?.send(`${number} ${text}`);
    if (number % 100 === 0) await sleep(1);
  }
  for (const reader of readers) {
    await until(() => reader.messages().length === count, 150_000);
    expect(reader.messages().map(({ data }) => Number.parseInt(data, 10))).toEqual(
      Array.from({ length: count }, (_, i) => i),
    );
    await until(() => reader.frames.some(frame => frame.type === 'presence' && frame.online === 4));
  }
  expect(speaker?.isOpen()).toBe(true);
  await Promise.all([speaker, ...readers].map(each => each?.close()));
  unread.socket.terminate();
});

test('of 200 messages a second, from one member for two seconds, the others see no more than the limit lets through', async () => {
  const url = await startRoom('within the process', { framesPerSecond: 20, burst: 60 });
  const unread = await connect(url);
  unread.socket.pause();
  const [flooder, one, two] = await Promise.all([openChat(url), openChat(url), openChat(url)]);
  await one.join();
  await two.join();
  let flooded = 0;
  for (let tenth = 0; tenth < 20; tenth++) {
    for (let number = 0; number < 20 && flooder.isOpen(); number++) flooder.send(`flood ${flooded++}`);
    one.send(`talk ${tenth}`);
    await sleep(100);
  }
  expect((await flooder.next('error')).error.code).toBe('rate_limited');
  await flooder.closed;
  await until(() => two.messages().filter(({ data }) => data.startsWith('talk')).length === 20);
  const floods = two.messages().filter(({ data }) => data.startsWith('flood'));
  expect(floods.map(({ data }) => data)).toEqual(floods.map((_, number) => `flood ${number}`));
  expect(floods.length).toBeLessThan(200);
  await until(() => two.frames.some(frame => frame.type === 'presence' && frame.online === 3));
  await Promise.all([one.close(), two.close()]);
  unread.socket.terminate();
});
