import { randomUUID } from 'node:crypto';
import { record } from './record.ts';

/** What may stand in a header and in a log without doing harm. */
const harmless = /^[\w.:+=/-]{1,128}$/;

/**
 * The id of this invocation: the gateway's (`requestContext.requestId`), else the platform's (`context.request_id`),
 * else a fresh one. WebSocket frames and function URLs carry no `requestContext`.
 */
export function requestIdOf(event: unknown, context: unknown): string {
  const given = record(record(event).requestContext).requestId ?? record(context).request_id;
  return typeof given === 'string' && harmless.test(given) ? given : randomUUID();
}
