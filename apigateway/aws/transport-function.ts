import type { TransportHandler } from '../../functions/domain/handlers.ts';
import { logFailure } from '../bounded-log.ts';
import type { FailureLog } from '../log.ts';
import { requestIdOf } from './request-id.ts';
import { decodeMessage } from './websocket-events.ts';

/**
 * Makes the `handler` of transport, for `$default` and for every route that an `action` chooses. It always answers: of
 * one that throws, API Gateway tells the client "Internal server error" in a frame that is none of our protocol's.
 */
export function transportFunction(
  handler: TransportHandler,
  log: FailureLog = logFailure,
): (event: unknown, context?: unknown) => Promise<{ statusCode: 200 }> {
  return async (event, context) => {
    const requestId = requestIdOf(event, context);
    try {
      await handler(decodeMessage(event, requestId));
    } catch (error) {
      log(requestId, error);
    }
    return { statusCode: 200 };
  };
}
