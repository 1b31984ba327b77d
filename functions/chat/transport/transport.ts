import type { FailureLog } from '../../../apigateway/log.ts';
import { type ReceiveDependencies, receive } from '../../domain/chat/receive.ts';
import { tellUnavailable } from '../../domain/chat/unavailable.ts';
import type { TransportHandler } from '../../domain/handlers.ts';

/** What the frames of the chat are handled with in line. */
export interface ChatTransportDependencies extends ReceiveDependencies {
  /** Logs failures that are not the client's doing; never what a frame said. */
  log: FailureLog;
}

/**
 * A client sent a frame: it is handled before this answers. The answer itself is always good, because a gateway closes a
 * client whose call fails.
 */
export function transport(dependencies: ChatTransportDependencies): TransportHandler {
  return async ({ connectionId, text, requestId }) => {
    try {
      await receive(dependencies, { connectionId, text });
    } catch (error) {
      dependencies.log(requestId, error);
      await tellUnavailable(dependencies, connectionId);
    }
  };
}
