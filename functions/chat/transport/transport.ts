import { type Chat, receive } from '../../domain/chat.ts';
import { tellUnavailable } from '../../domain/chat-unavailable.ts';
import type { TransportHandler } from '../../domain/handlers.ts';

/** What the frames of the chat are handled with in line. */
export interface ChatTransportWorld extends Chat {
  /** Tells of what went wrong without the client's having done anything; never of what a frame said. */
  log(requestId: string, error: unknown): void;
}

/**
 * A client sent a frame: it is handled before this answers. The answer itself is always good, because a gateway closes a
 * client whose call fails.
 */
export function transport(world: ChatTransportWorld): TransportHandler {
  return async ({ connectionId, text, requestId }) => {
    try {
      await receive(world, { connectionId, text });
    } catch (error) {
      world.log(requestId, error);
      await tellUnavailable(world, connectionId);
    }
  };
}
