import { record } from '../record.ts';

/**
 * Whether an error of the SDK (version 3) says that there is no such connection any more. API Gateway answers 410 with
 * `x-amzn-errortype: GoneException` and no body, and the SDK makes the name of that header. A 410 without it is the word
 * of somebody between us and API Gateway.
 */
export function isGone(error: unknown): boolean {
  return record(error).name === 'GoneException';
}
