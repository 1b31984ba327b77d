import { setTimeout as wait } from 'node:timers/promises';
import { writeBoundedLog } from '../../../apigateway/bounded-log.ts';
import type { Room } from '../../domain/chat/room.ts';
import { queue } from './queue.ts';
import { chatDependencies } from './tencent.ts';

/** For `worker`, on whatever store the room is. */
export function workerDependencies(room: Room) {
  return { ...chatDependencies(room), queue, nowMs: () => performance.now(), wait, log: writeBoundedLog };
}
