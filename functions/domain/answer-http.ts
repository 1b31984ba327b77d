import type { HttpAnswer, HttpHandler, HttpRequest } from './handlers.ts';
import { Refusal, statusOfCode, wireError } from './refusal.ts';

/**
 * Answers an HTTP request, whatever its handler throws: a refusal with its status and code, anything else, which is logged,
 * with 500 `internal`. With the request's id, and `cache-control: no-store` unless the handler says otherwise. `read` may
 * refuse as well.
 */
export async function answerHttp(
  handler: HttpHandler,
  read: () => HttpRequest,
  requestId: string,
  log: (requestId: string, error: unknown) => void,
): Promise<HttpAnswer> {
  let answer: HttpAnswer;
  try {
    answer = await handler(read());
  } catch (error) {
    if (!(error instanceof Refusal)) log(requestId, error);
    answer = answerOf(error);
  }
  return { ...answer, headers: { 'cache-control': 'no-store', ...answer.headers, 'x-request-id': requestId } };
}

function answerOf(error: unknown): HttpAnswer {
  const refusal = error instanceof Refusal ? error : new Refusal('internal', 'something went wrong on our side');
  const headers: Record<string, string> = { 'content-type': 'application/json' };
  if (refusal.retryAfterSeconds !== undefined) headers['retry-after'] = String(refusal.retryAfterSeconds);
  if (refusal.allow !== undefined) headers.allow = refusal.allow;
  return { status: statusOfCode[refusal.code], headers, body: JSON.stringify({ error: wireError(refusal) }) };
}
