import { transportFunction } from '../../../apigateway/tencent/transport-function.ts';
import { queue } from '../../runtime/chat/queue.ts';
import { log, push } from '../../runtime/chat/tencent.ts';
import { enqueue } from './enqueue.ts';

/** Called when a client of the chat has sent a frame: it is put into the queue for `worker`. */
export const main_handler = transportFunction(enqueue({ queue, push, log }));
