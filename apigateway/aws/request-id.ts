import { randomUUID } from 'node:crypto';
import { record } from './record.ts';

/** What may stand in a header and in a log without doing harm. */
const harmless = /^[\w.:+=/-]{1,128}$/;

/** The id of this invocation: Lambda's (`context.awsRequestId`), else the gateway's, else a fresh one. */
export function requestIdOf(event: unknown, context: unknown): string {
  const given = record(context).awsRequestId ?? record(record(event).requestContext).requestId;
  return typeof given === 'string' && harmless.test(given) ? given : randomUUID();
}
