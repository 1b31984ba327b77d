import type { TransportHandler } from '../../functions/domain/handlers.ts';
import { logFailure } from '../bounded-log.ts';
import type { FailureLog } from '../log.ts';
import { requestIdOf } from './request-id.ts';
import { decodeDataSend } from './websocket-events.ts';

/**
 * Makes the `main_handler` of transport. It always answers: a transport that throws makes the gateway close the client,
 * and a database that is away for a second would close them all.
 */
export function transportFunction(
  handler: TransportHandler,
  log: FailureLog = logFailure,
): (event: unknown, context?: unknown) => Promise<{ errNo: 0; errMsg: 'ok' }> {
  return async (event, context) => {
    const requestId = requestIdOf(event, context);
    try {
      await handler(decodeDataSend(event, requestId));
    } catch (error) {
      log(requestId, error);
    }
    return { errNo: 0, errMsg: 'ok' };
  };
}
