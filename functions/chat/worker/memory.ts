import { room } from '../../runtime/chat-memory.ts';
import { workerOn } from '../../runtime/tencent-chat-worker.ts';
import { worker } from './worker.ts';

/** Called by a timer, again and again: handles what `transport` has put into the queue; the room is in the memory of one process. */
export const main_handler = worker(...workerOn(room));
