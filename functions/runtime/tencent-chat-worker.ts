import { setTimeout as wait } from 'node:timers/promises';
import type { Chat } from '../domain/chat.ts';
import type { FrameQueue } from '../domain/frame-queue.ts';
import type { Room } from '../domain/room.ts';
import { queue } from './chat-queue.ts';
import { setting } from './environment.ts';
import { chatOn } from './tencent-chat.ts';

/** What a worker works with. */
interface WorkerWorld extends Chat {
  queue: FrameQueue;
  nowMs(): number;
  wait(ms: number): Promise<unknown>;
  log(entry: { msg: string; position: string; error: unknown }): void;
}

/** For `worker`, on whatever store the room is, and how long a run is: `CHAT_WORKER_SECONDS`, 50 unless set. */
export function workerOn(room: Room): [world: WorkerWorld, runMs: number] {
  const log = ({ error, ...entry }: { error: unknown }) =>
    console.error(JSON.stringify({ ...entry, error: error instanceof Error ? error.message : error }));
  const world = { ...chatOn(room), queue, nowMs: () => performance.now(), wait, log };
  return [world, Number(setting('CHAT_WORKER_SECONDS', '50')) * 1000];
}
