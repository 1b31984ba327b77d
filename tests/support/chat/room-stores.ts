import { randomUUID } from 'node:crypto';
import COS from 'cos-nodejs-sdk-v5';
import { cosRoom } from '../../../db/connections/cos.ts';
import { dynamodbRoom } from '../../../db/connections/dynamodb.ts';
import { emptyRoom, memoryRoom } from '../../../db/connections/memory.ts';
import { postgresRoom } from '../../../db/connections/postgres-room.ts';
import { redisRoom } from '../../../db/connections/redis.ts';
import { openDatabase } from '../../../db/database.ts';
import { openRedis } from '../../../db/redis.ts';
import { lettersOf } from '../../../functions/domain/chat/names.ts';
import type { Room } from '../../../functions/domain/chat/room.ts';
import { startCos } from '../../cloud/cos/cos.ts';
import type { StoredObject } from '../../cloud/cos/objects.ts';
import { startDynamodb } from '../dynamodb.ts';
import { createTestDatabase } from '../postgres/database.ts';
import { startRedis } from '../redis.ts';

interface Lease {
  leaseSeconds: number;
}

/** A room of a test's own. */
export interface OpenRoom {
  room: Room;
  other: Room;
  /** Lets time pass for whoever is in the room: to the store it is as if a test had waited. */
  pass(seconds: number): Promise<void>;
  /** Puts members there without asking for each, where that takes a second for a hundred. */
  fill?(ids: readonly string[]): Promise<void>;
}

/** A kind of store, running. */
export interface RoomStore {
  /**
   * An empty room, and two views of it, each a client of its own where there are clients. `otherOptions` makes their
   * leases differ.
   */
  open(options: Lease, otherOptions?: Lease): Promise<OpenRoom>;
  stop(): Promise<void>;
}

/** How each kind is started: every one is the real thing, or answers as it does. */
export const roomStores: Record<string, () => Promise<RoomStore>> = {
  memory: async () => ({
    async open(options, otherOptions = options) {
      const memory = emptyRoom();
      let passed = 0;
      const now = () => performance.now() + passed;
      return {
        room: memoryRoom(memory, { ...options, now }),
        other: memoryRoom(memory, { ...otherOptions, now }),
        async pass(seconds) {
          passed += seconds * 1_000;
        },
      };
    },
    async stop() {},
  }),

  async postgres() {
    const { url, drop } = await createTestDatabase();
    const databases = [1, 2].map(() => openDatabase({ url, poolSize: 8 }));
    return {
      async open(options, otherOptions = options) {
        const [first, second] = databases;
        if (first === undefined || second === undefined) throw new Error('there are two');
        await first.query('truncate chat_members');
        const passed = 'renewed_at = renewed_at - $1::interval, expires_at = expires_at - $1::interval';
        return {
          room: postgresRoom(first, options),
          other: postgresRoom(second, otherOptions),
          async pass(seconds) {
            await first.query(`update chat_members set ${passed}`, [`${seconds} seconds`]);
          },
        };
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
      async open(options, otherOptions = options) {
        const prefix = randomUUID();
        const [first, second] = clients;
        return {
          room: redisRoom(first, { ...options, prefix }),
          other: redisRoom(second, { ...otherOptions, prefix }),
          async pass(seconds) {
            await first.run(['EVAL', PASS, '1', `{${prefix}}:leases`, String(seconds * 1_000)]);
          },
        };
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
      async open(options, otherOptions = options) {
        const table = await server.createRoomTable();
        const { client } = server;
        let passed = 0;
        const now = () => Date.now() + passed;
        return {
          room: dynamodbRoom({ ...options, table, client, now }),
          other: dynamodbRoom({ ...otherOptions, table, client, now }),
          async pass(seconds) {
            passed += seconds * 1_000;
          },
          fill: ids => server.fill(table, ids),
        };
      },
      stop: () => server.stop(),
    };
  },

  async cos() {
    const server = await startCosRooms();
    return {
      async open(options, otherOptions = options) {
        const prefix = `${randomUUID()}/`;
        return {
          room: server.room({ ...options, prefix }),
          other: server.room({ ...otherOptions, prefix }),
          pass: async seconds => server.pass(prefix, seconds),
          fill: ids => server.fill(prefix, ids),
        };
      },
      stop: () => server.stop(),
    };
  },
};

/** Takes milliseconds from every lease. */
const PASS = `
  local leases = redis.call('ZRANGE', KEYS[1], 0, -1)
  for _, id in ipairs(leases) do redis.call('ZINCRBY', KEYS[1], -ARGV[1], id) end`;

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
  const objects = () => server.buckets.get(bucket)?.objects ?? new Map<string, StoredObject>();
  return {
    server,
    bucket,
    client,
    region,
    /** `address`: of somebody between. */
    room: (options: { leaseSeconds: number; prefix: string }, address = server.address) =>
      cosRoom({ ...options, bucket, region, client: { ...client, Ip: address } }),
    /** Makes every object of the room so much older. */
    pass(prefix: string, seconds: number) {
      for (const [key, object] of objects()) {
        const modifiedAt = new Date(object.modifiedAt.getTime() - seconds * 1_000);
        if (key.startsWith(prefix)) objects().set(key, { ...object, modifiedAt });
      }
    },
    /** Puts members there without asking for each. */
    async fill(prefix: string, ids: readonly string[]) {
      const place = { Bucket: bucket, Region: region };
      const keys = ids.map(id => `${prefix}open/${lettersOf(id)[0]}/${id}`);
      await new COS(client).putObject({ ...place, Key: keys[0] ?? '', Body: '' });
      const written = objects().get(keys[0] ?? '');
      for (const key of keys) if (written !== undefined) objects().set(key, written);
    },
    stop: () => server.close(),
  };
}
