import { room } from '../../runtime/chat-postgres.ts';
import { workerOn } from '../../runtime/tencent-chat-worker.ts';
import { worker } from './worker.ts';

/** Called by a timer, again and again: handles what `transport` has put into the queue; the room is on PostgreSQL. */
export const main_handler = worker(...workerOn(room));
