import { record } from '../record.ts';
import { readRequestId } from '../request-id.ts';

/** The id of this invocation: Lambda's (`context.awsRequestId`), else the gateway's, else a fresh one. */
export function requestIdOf(event: unknown, context: unknown): string {
  return readRequestId(record(context).awsRequestId ?? record(record(event).requestContext).requestId);
}
