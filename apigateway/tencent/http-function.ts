import { answerHttp } from '../../functions/domain/answer-http.ts';
import type { HttpHandler } from '../../functions/domain/handlers.ts';
import { logFailure } from '../bounded-log.ts';
import type { FailureLog } from '../log.ts';
import { type EncodedHttpAnswer, encodeHttpAnswer } from './http-answer.ts';
import { decodeHttpEvent } from './http-event.ts';
import { requestIdOf } from './request-id.ts';

/** Makes the `main_handler` of an HTTP function; see `answerHttp` for what it answers when the handler throws. */
export function httpFunction(
  handler: HttpHandler,
  log: FailureLog = logFailure,
): (event: unknown, context?: unknown) => Promise<EncodedHttpAnswer> {
  return async (event, context) => {
    const requestId = requestIdOf(event, context);
    return encodeHttpAnswer(await answerHttp(handler, () => decodeHttpEvent(event, requestId), requestId, log));
  };
}
