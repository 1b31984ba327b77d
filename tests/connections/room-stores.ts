import { randomUUID } from 'node:crypto';
import COS from 'cos-nodejs-sdk-v5';
import { cosRoom } from '../../db/connections/cos.ts';
import { dynamodbRoom } from '../../db/connections/dynamodb.ts';
import { emptyRoom, memoryRoom } from '../../db/connections/memory.ts';
import { postgresRoom } from '../../db/connections/postgres-room.ts';
import { redisRoom } from '../../db/connections/redis.ts';
import { openDatabase } from '../../db/database.ts';
import { openRedis } from '../../db/redis.ts';
import { lettersOf } from '../../functions/domain/letters.ts';
import type { Room } from '../../functions/domain/room.ts';
import { startRedis } from '../backplane/redis.ts';
import { startCos } from '../cloud/cos.ts';
import { createTestDatabase } from '../postgres/database.ts';
import { startDynamodb } from './dynamodb.ts';

/** A kind of store, running. */
export interface RoomStore {
  /** An empty room, shared by all that are opened with the same lease. Each is a client of its own where there are clients. */
  open(options: { leaseSeconds: number }): Promise<{ room: Room; other: Room }>;
  stop(): Promise<void>;
}

/** How each kind is started: every one is the real thing, or answers as it does. */
export const roomStores: Record<string, () => Promise<RoomStore>> = {
  memory: async () => ({
    async open(options) {
      const memory = emptyRoom();
      return { room: memoryRoom(memory, options), other: memoryRoom(memory, options) };
    },
    async stop() {},
  }),

  async postgres() {
    const { url, drop } = await createTestDatabase();
    const databases = [1, 2].map(() => openDatabase({ url, poolSize: 8 }));
    return {
      async open(options) {
        const [first, second] = databases;
        if (first === undefined || second === undefined) throw new Error('there are two');
        await first.query('truncate chat_members');
        return { room: postgresRoom(first, options), other: postgresRoom(second, options) };
      },
      async stop() {
        for (const database of databases) await database.end();
        await drop();
      },
    };
  },

  async redis() {
    const server = await startRedis();
    const clients = [openRedis(server.url), openRedis(server.url)] as const;
    return {
      async open(options) {
        const prefix = randomUUID();
        const [first, second] = clients;
        return { room: redisRoom(first, { ...options, prefix }), other: redisRoom(second, { ...options, prefix }) };
      },
      async stop() {
        for (const client of clients) await client.end();
        await server.end();
      },
    };
  },

  async dynamodb() {
    const server = await startDynamodb();
    return {
      async open(options) {
        const table = await server.createRoomTable();
        const { client } = server;
        return {
          room: dynamodbRoom({ ...options, table, client }),
          other: dynamodbRoom({ ...options, table, client }),
        };
      },
      stop: () => server.stop(),
    };
  },

  async cos() {
    const server = await startCosRooms();
    return {
      async open(options) {
        const prefix = `${randomUUID()}/`;
        return { room: server.room({ ...options, prefix }), other: server.room({ ...options, prefix }) };
      },
      stop: () => server.stop(),
    };
  },
};

/** Object storage with a bucket, and rooms in it. */
export async function startCosRooms() {
  const keys = { secretId: 'AKIDtest', secretKey: 'secret' };
  const server = await startCos(keys);
  const bucket = 'chat-1250000000';
  const region = 'ap-guangzhou';
  const client = {
    SecretId: keys.secretId,
    SecretKey: keys.secretKey,
    Ip: server.address,
    Protocol: 'http:',
  } satisfies COS.COSOptions;
  await new COS(client).putBucket({ Bucket: bucket, Region: region });
  return {
    server,
    bucket,
    client,
    region,
    room: (options: { leaseSeconds: number; prefix: string }) => cosRoom({ ...options, bucket, region, client }),
    /** Puts so many members there without asking for each. */
    async fill(prefix: string, count: number) {
      const place = { Bucket: bucket, Region: region };
      await new COS(client).putObject({ ...place, Key: `${prefix}open/BCDF/connection-0`, Body: '' });
      const objects = server.buckets.get(bucket)?.objects;
      const written = objects?.get(`${prefix}open/BCDF/connection-0`);
      for (let index = 1; index < count; index++) {
        const id = `connection-${index}`;
        if (written !== undefined) objects?.set(`${prefix}open/${lettersOf(id)[0]}/${id}`, written);
      }
    },
    stop: () => server.close(),
  };
}
