import type { FailureLog } from '../../../apigateway/log.ts';
import type { Push } from '../../../apigateway/push.ts';
import type { FrameQueueEntrance } from '../../domain/chat/frame-queue.ts';
import { tellUnavailable } from '../../domain/chat/unavailable.ts';
import type { TransportHandler } from '../../domain/handlers.ts';

/** What it takes to hand frames to a worker. */
export interface EnqueueDependencies {
  queue: FrameQueueEntrance;
  push: Push;
  /** Logs failures that are not the client's doing; never what a frame said. */
  log: FailureLog;
}

/** A client sent a frame: it is put into the queue, and a worker handles it. */
export function enqueue(dependencies: EnqueueDependencies): TransportHandler {
  return async ({ connectionId, text, requestId }) => {
    try {
      await dependencies.queue.append({ connectionId, text });
    } catch (error) {
      dependencies.log(requestId, error);
      await tellUnavailable(dependencies, connectionId);
    }
  };
}
