import { answerHttp } from '../../functions/domain/answer-http.ts';
import type { HttpHandler } from '../../functions/domain/handlers.ts';
import { logFailure } from '../bounded-log.ts';
import type { FailureLog } from '../log.ts';
import { decodeHttpEvent } from './http-event.ts';
import { requestIdOf } from './request-id.ts';

/** What a function returns to an HTTP API. */
export interface EncodedHttpAnswer {
  isBase64Encoded: false;
  statusCode: number;
  headers: Record<string, string>;
  body: string;
}

/** Makes the `handler` of an HTTP function; see `answerHttp` for what it answers when the handler throws. */
export function httpFunction(
  handler: HttpHandler,
  log: FailureLog = logFailure,
): (event: unknown, context?: unknown) => Promise<EncodedHttpAnswer> {
  return async (event, context) => {
    const requestId = requestIdOf(event, context);
    const read = () => decodeHttpEvent(event, requestId);
    const { status, headers, body } = await answerHttp(handler, read, requestId, log);
    return { isBase64Encoded: false, statusCode: status, headers, body };
  };
}
