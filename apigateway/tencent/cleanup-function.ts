import type { CleanupHandler } from '../../functions/domain/handlers.ts';
import { logFailure } from '../bounded-log.ts';
import type { FailureLog } from '../log.ts';
import { requestIdOf } from './request-id.ts';
import { decodeClosing } from './websocket-events.ts';

/** Makes the `main_handler` of cleanup. It always answers: nobody repeats it, the lease ends what it left. */
export function cleanupFunction(
  handler: CleanupHandler,
  log: FailureLog = logFailure,
): (event: unknown, context?: unknown) => Promise<{ errNo: 0; errMsg: 'ok' }> {
  return async (event, context) => {
    const requestId = requestIdOf(event, context);
    try {
      await handler(decodeClosing(event, requestId));
    } catch (error) {
      log(requestId, error);
    }
    return { errNo: 0, errMsg: 'ok' };
  };
}
