import { record } from '../record.ts';
import { readRequestId } from '../request-id.ts';

/**
 * The id of this invocation: the gateway's (`requestContext.requestId`), else the platform's (`context.request_id`),
 * else a fresh one. WebSocket frames and function URLs carry no `requestContext`.
 */
export function requestIdOf(event: unknown, context: unknown): string {
  return readRequestId(record(record(event).requestContext).requestId ?? record(context).request_id);
}
