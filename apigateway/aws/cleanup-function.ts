import type { CleanupHandler } from '../../functions/domain/handlers.ts';
import { logFailure } from '../bounded-log.ts';
import type { FailureLog } from '../log.ts';
import { requestIdOf } from './request-id.ts';
import { decodeDisconnect } from './websocket-events.ts';

/** Makes the `handler` of cleanup, for the route `$disconnect`, which API Gateway calls if it can and does not repeat. */
export function cleanupFunction(
  handler: CleanupHandler,
  log: FailureLog = logFailure,
): (event: unknown, context?: unknown) => Promise<{ statusCode: 200 }> {
  return async (event, context) => {
    const requestId = requestIdOf(event, context);
    try {
      await handler(decodeDisconnect(event, requestId));
    } catch (error) {
      log(requestId, error);
    }
    return { statusCode: 200 };
  };
}
