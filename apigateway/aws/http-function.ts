import type { HttpAnswer, HttpHandler } from '../../functions/domain/handlers.ts';
import { Refusal, statusOfCode, wireError } from '../../functions/domain/refusal.ts';
import { type FailureLog, logFailure } from './failure-log.ts';
import { decodeHttpEvent } from './http-event.ts';
import { requestIdOf } from './request-id.ts';

/** What a function returns to an HTTP API. */
export interface EncodedHttpAnswer {
  isBase64Encoded: false;
  statusCode: number;
  headers: Record<string, string>;
  body: string;
}

/**
 * Makes the `handler` of an HTTP function. A refusal is answered with its status and code; anything else that is thrown
 * is logged and answered 500 `internal`. `cache-control: no-store` unless the use case says otherwise.
 */
export function httpFunction(
  handler: HttpHandler,
  log: FailureLog = logFailure,
): (event: unknown, context?: unknown) => Promise<EncodedHttpAnswer> {
  return async (event, context) => {
    const requestId = requestIdOf(event, context);
    let answer: HttpAnswer;
    try {
      answer = await handler(decodeHttpEvent(event, requestId));
    } catch (error) {
      if (!(error instanceof Refusal)) log(requestId, error);
      answer = answerOf(error);
    }
    const headers = { 'cache-control': 'no-store', ...answer.headers, 'x-request-id': requestId };
    return { isBase64Encoded: false, statusCode: answer.status, headers, body: answer.body };
  };
}

function answerOf(error: unknown): HttpAnswer {
  const refusal = error instanceof Refusal ? error : new Refusal('internal', 'something went wrong on our side');
  const headers: Record<string, string> = { 'content-type': 'application/json' };
  if (refusal.retryAfterSeconds !== undefined) headers['retry-after'] = String(refusal.retryAfterSeconds);
  return { status: statusOfCode[refusal.code], headers, body: JSON.stringify({ error: wireError(refusal) }) };
}
