import { randomUUID } from 'node:crypto';

/** What may stand in a header and in a log without doing harm. */
const harmless = /^[\w.:+=/-]{1,128}$/;

/** The id that a platform gives an invocation, or a fresh one in place of what is none. */
export function readRequestId(given: unknown): string {
  return typeof given === 'string' && harmless.test(given) ? given : randomUUID();
}
