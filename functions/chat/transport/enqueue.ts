import { tellUnavailable } from '../../domain/chat-unavailable.ts';
import type { FrameQueueEntrance } from '../../domain/frame-queue.ts';
import type { TransportHandler } from '../../domain/handlers.ts';
import type { Push } from '../../domain/push.ts';

/** What it takes to hand frames to a worker. */
export interface EnqueueWorld {
  queue: FrameQueueEntrance;
  push: Push;
  /** Tells of what went wrong without the client's having done anything; never of what a frame said. */
  log(requestId: string, error: unknown): void;
}

/** A client sent a frame: it is put into the queue, and a worker handles it. */
export function enqueue(world: EnqueueWorld): TransportHandler {
  return async ({ connectionId, text, requestId }) => {
    try {
      await world.queue.append({ connectionId, text });
    } catch (error) {
      world.log(requestId, error);
      await tellUnavailable(world, connectionId);
    }
  };
}
