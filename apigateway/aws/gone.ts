import { record } from './record.ts';

/**
 * Whether an error of the SDK (version 3) says that there is no such connection any more. It has no `statusCode`: the
 * status is in `$metadata`, and the name depends on a header that only API Gateway itself sends.
 */
export function isGone(error: unknown): boolean {
  const { name, $metadata } = record(error);
  return name === 'GoneException' || record($metadata).httpStatusCode === 410;
}
