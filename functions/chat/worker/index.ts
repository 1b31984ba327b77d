import { room } from '#room';
import { workerDependencies } from '../../runtime/chat/tencent-worker.ts';
import { chatWorkerSeconds } from '../../runtime/environment.ts';
import { worker } from './worker.ts';

/** Called by a timer, again and again: handles what `transport` has put into the queue. */
export const main_handler = worker(workerDependencies(room), chatWorkerSeconds() * 1_000);
