import { randomUUID } from 'node:crypto';
import type { FrameQueue, FrameQueueEntrance, QueuedFrame } from '../functions/domain/chat/frame-queue.ts';
import type { Redis } from './redis.ts';

/** How the queue is kept. */
export interface FrameQueueOptions {
  prefix?: string;
  /** Frames that may wait. Beyond them, Redis drops the oldest (about as many: whole nodes of the stream). */
  maxLength?: number;
  /** How long a worker that has died still holds the room. */
  holdMs?: number;
  /** How long `take` waits for something to come. */
  waitMs?: number;
}

const GROUP = 'workers';
/** Frames taken up at once. */
const BATCH = 50;

/**
 * The queue of the chat's frames: a stream of Redis 6.2 or later with one consumer group. Keys, with one hash tag:
 *
 * - `{<prefix>}:frames`: the stream; an entry has the fields `connection` and, unless the frame was binary, `text`
 * - `{<prefix>}:worker`: the worker that holds the room, for `holdMs`
 * - `{<prefix>}:parked`: a stream of what could not be handled, with the `position` each frame had
 */
export function redisFrameQueue(
  redis: Redis,
  { prefix = 'chat', maxLength = 100_000, holdMs = 10_000, waitMs = 1_000 }: FrameQueueOptions = {},
): FrameQueueEntrance & FrameQueue {
  const me = randomUUID();
  const [frames, holder, parked] = ['frames', 'worker', 'parked'].map(name => `{${prefix}}:${name}`) as [
    string,
    string,
    string,
  ];
  let claimFrom = '0-0';
  let hasGroup: Promise<unknown> | undefined;

  function group(): Promise<unknown> {
    hasGroup ??= redis
      .run(['XGROUP', 'CREATE', frames, GROUP, '0', 'MKSTREAM'])
      .catch(error => {
        if (!/BUSYGROUP/.test(String(error))) throw error;
      })
      .catch(error => {
        hasGroup = undefined;
        throw error;
      });
    return hasGroup;
  }

  return {
    async append({ connectionId, text }) {
      const fields = ['connection', connectionId, ...(text === undefined ? [] : ['text', text])];
      await redis.run(['XADD', frames, 'MAXLEN', '~', String(maxLength), '*', ...fields]);
    },

    async hold() {
      const isHeld = (await redis.run(['EVAL', HOLD, '1', holder, me, String(holdMs)])) === 1;
      if (isHeld) await group();
      else claimFrom = '0-0';
      return isHeld;
    },

    async release() {
      claimFrom = '0-0';
      await redis.run(['EVAL', RELEASE, '1', holder, me]);
    },

    async claim() {
      if (claimFrom === 'done') return [];
      // Whoever left them no longer holds the room, so there is no need to wait until they have been idle.
      const command = ['XAUTOCLAIM', frames, GROUP, me, '0', claimFrom, 'COUNT', String(BATCH), 'JUSTID'];
      const [next, positions] = (await redis.run(command)) as [string, string[]];
      claimFrom = next === '0-0' ? 'done' : next;
      const entries = await Promise.all(positions.map(entryAt));
      return entries.flatMap(entry => (entry === undefined ? [] : [frameOf(entry, true)]));
    },

    async take() {
      const command = ['XREADGROUP', 'GROUP', GROUP, me, 'COUNT', String(BATCH), 'BLOCK', String(waitMs)];
      const answer = await redis.run([...command, 'STREAMS', frames, '>'], waitMs + 3_000);
      const entries = answer === null ? [] : entriesOf(answer);
      return entries.map(entry => frameOf(entry, false));
    },

    async again(position) {
      const [pending] = (await redis.run(['XPENDING', frames, GROUP, position, position, '1'])) as unknown[][];
      const tries = Number(pending?.[3] ?? 0) + 1;
      await redis.run(['XCLAIM', frames, GROUP, me, '0', position, 'RETRYCOUNT', String(tries), 'JUSTID']);
      return tries;
    },

    async acknowledge(position) {
      await redis.run(['XACK', frames, GROUP, position]);
    },

    async park({ position, connectionId, text }) {
      const fields = ['position', position, 'connection', connectionId, ...(text === undefined ? [] : ['text', text])];
      await redis.run(['XADD', parked, 'MAXLEN', '~', '10000', '*', ...fields]);
      await redis.run(['XACK', frames, GROUP, position]);
    },
  };

  /** The entry at a position. One that Redis has dropped meanwhile is acknowledged, so that no worker claims it again. */
  async function entryAt(position: string): Promise<Entry | undefined> {
    const [entry] = (await redis.run(['XRANGE', frames, position, position])) as Entry[];
    if (entry === undefined) await redis.run(['XACK', frames, GROUP, position]);
    return entry;
  }
}

type Entry = [position: string, fields: string[]];

/** Protocol 3 answers a map of streams, protocol 2 a list of pairs; there is one stream. */
function entriesOf(answer: unknown): Entry[] {
  if (Array.isArray(answer)) return (answer[0] as [string, Entry[]] | undefined)?.[1] ?? [];
  return Object.values(answer as Record<string, Entry[]>)[0] ?? [];
}

/** The fields stand as they were appended: `connection`, the id, and then perhaps `text` and the text. */
function frameOf([position, [, connectionId = '', , text]]: Entry, isLeft: boolean): QueuedFrame {
  return { position, connectionId, text, isLeft };
}

const HOLD = `
  local held = redis.call('GET', KEYS[1])
  if held and held ~= ARGV[1] then return 0 end
  redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
  return 1`;

const RELEASE = `
  if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end
  return 0`;
