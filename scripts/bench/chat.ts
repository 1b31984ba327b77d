import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import COS from 'cos-nodejs-sdk-v5';
import { WebSocket } from 'ws';
import { membersOf } from '../../functions/domain/chat/room.ts';
import { startCosRooms } from '../../tests/support/chat/room-stores.ts';
import type { ChatServer } from './chat-server.ts';
import type { FloorServer } from './floor-server.ts';
import { startProcess } from './process.ts';
import { openReceivers } from './receivers.ts';
import { atMost, type Section } from './row.ts';
import { inRounds, percentile } from './statistics.ts';

const members = 1_000;
/** About what a person says at once. */
const text = 'What shall we have for lunch today, noodles or rice? I am for noodles.';

/** The chat with its own functions: a message to a thousand, the way through the queue, and a room of ten thousand on COS. */
export const chat: Section = async ({ rounds }, report) => {
  const floor = await startProcess<FloorServer['info']>('floor-server.ts');
  const server = await startProcess<ChatServer['info']>('chat-server.ts');
  const url = server.info.url.replace('http', 'ws');
  const bare = await openReceivers(`${floor.info.url.replace('http', 'ws')}/in-process`, members);
  const inProcess = await openMembers(`${url}/in-process`, members);
  const sendBack = await openMembers(`${url}/send-back`, members);
  let number = 0;
  const toAll = await inRounds(rounds, {
    floor: async () => {
      const mine = ++number;
      const begun = performance.now();
      const receipts = bare.receipt(mine, members);
      bare.send(0, `all ${mine} ${text}`);
      await receipts;
      return { ms: performance.now() - begun };
    },
    inProcess: async () => ({ ms: await inProcess.say(text) }),
    sendBack: async () => ({ ms: await sendBack.say(text) }),
  });
  report({
    measure: 'a chat message to 1,000 members, to the last receipt; functions in the gateway’s process',
    unit: 'ms',
    floor: toAll.floor.ms,
    ours: toAll.inProcess.ms,
    goal: atMost(toAll.floor.ms, 1.54, '20 ms to 13'),
  });
  report({
    measure: 'the same, each push by the send-back URL',
    unit: 'ms',
    floor: toAll.floor.ms,
    ours: toAll.sendBack.ms,
  });
  for (const each of [bare, inProcess, sendBack]) await each.close();

  const inLine = await openMembers(`${url}/in-process`, 2);
  const queued = await openMembers(`${url}/queue`, 2);
  const one = await inRounds(rounds, {
    inLine: async () => ({ p50: await p50(() => inLine.say(text)) }),
    queued: async () => ({ p50: await p50(() => queued.say(text)) }),
  });
  report({
    measure: 'a chat message to one other, p50: through the queue on Redis, beside in line',
    unit: 'ms',
    floor: one.inLine.p50,
    ours: one.queued.p50,
  });
  const burst = await inRounds(rounds, {
    inLine: async () => ({ ms: await inLine.sayMany(2_000) }),
    queued: async () => ({ ms: await queued.sayMany(2_000) }),
  });
  report({
    measure: 'messages of one member in a row, through the queue, beside in line',
    unit: '/s',
    floor: 2_000_000 / burst.inLine.ms,
    ours: 2_000_000 / burst.queued.ms,
  });
  for (const each of [inLine, queued]) await each.close();
  await server.stop();
  await floor.stop();
  await listOnCos(rounds, report);
};

/** Members of whom one speaks and all others listen. */
async function openMembers(url: string, count: number) {
  const sockets: WebSocket[] = [];
  let left = 0;
  let done = () => {};
  for (let index = 0; index < count; index++) {
    const socket = new WebSocket(url, { perMessageDeflate: false, skipUTF8Validation: true });
    socket.on('message', () => {
      left -= 1;
      if (left === 0) done();
    });
    sockets.push(socket);
    await once(socket, 'open');
  }
  async function receipts(times: number, send: () => void): Promise<number> {
    const begun = performance.now();
    const all = new Promise<void>(resolve => {
      left = times;
      done = resolve;
    });
    send();
    await all;
    return performance.now() - begun;
  }
  return {
    /** Milliseconds until all others have it. */
    say: (data: string) => receipts(count - 1, () => sockets[0]?.send(data)),
    sayMany: (times: number) =>
      receipts((count - 1) * times, () => {
        for (let index = 0; index < times; index++) sockets[0]?.send(text);
      }),
    async close() {
      const closed = sockets.map(socket => once(socket, 'close'));
      for (const socket of sockets) socket.terminate();
      await Promise.all(closed);
    },
  };
}

async function p50(once: () => Promise<number>): Promise<number> {
  const each: number[] = [];
  for (let index = 0; index < 300; index++) each.push(await once());
  return percentile(each, 0.5);
}

/** Against a stand-in for COS that answers every call after 20 ms: one page after the other, and as the room does it. */
async function listOnCos(rounds: number, report: Parameters<Section>[1]): Promise<void> {
  const cos = await startCosRooms();
  const room = cos.room({ leaseSeconds: 3_600, prefix: 'chat/' });
  const ids = Array.from({ length: 10_000 }, (_, index) => `connection-${index}`);
  await cos.fill('chat/', ids);
  cos.server.faults.add({ run: () => wait(20), times: Number.POSITIVE_INFINITY });
  const client = new COS(cos.client);
  const oneByOne = async () => {
    let count = 0;
    for (let marker: string | undefined = ''; marker !== undefined; ) {
      const place = { Bucket: cos.bucket, Region: cos.region, Prefix: 'chat/open/' };
      const page: COS.GetBucketResult = await client.getBucket({ ...place, Marker: marker });
      count += page.Contents.length;
      marker = page.IsTruncated === 'true' ? page.NextMarker : undefined;
    }
    return count;
  };
  const list = await inRounds(rounds, {
    floor: async () => timed(oneByOne),
    ours: async () => timed(async () => (await membersOf(room)).size),
  });
  report({
    measure: 'listing 10,000 members on COS, 20 ms away: as the room does it, beside one page after the other',
    unit: 'ms',
    floor: list.floor.ms,
    ours: list.ours.ms,
  });
  await cos.stop();
}

async function timed(list: () => Promise<number>): Promise<{ ms: number }> {
  const begun = performance.now();
  const count = await list();
  if (count !== 10_000) throw new Error(`listed ${count}`);
  return { ms: performance.now() - begun };
}
