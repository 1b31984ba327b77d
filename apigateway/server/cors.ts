import type { IncomingMessage } from 'node:http';

/** What a page of another origin may do, or `undefined` when it may do nothing: not on the list, `null`, or no page. */
export type Cors = (request: IncomingMessage) => Record<string, string> | undefined;

/** Makes the rule for a list of origins. Without a list nobody is answered. */
export function createCors(origins: readonly string[]): Cors {
  return ({ headers: { origin } }) => {
    if (origin === undefined || !origins.includes(origin)) return undefined;
    return {
      'access-control-allow-origin': origin,
      'access-control-expose-headers': 'idempotency-replayed, retry-after, x-request-id',
    };
  };
}

/** Whether a browser asks before it sends the real request. */
export function isPreflight({ method, headers }: IncomingMessage): boolean {
  return method === 'OPTIONS' && headers['access-control-request-method'] !== undefined;
}

/** What the answer to a preflight says besides. */
export function preflightHeaders(methods: readonly string[]): Record<string, string> {
  return {
    'access-control-allow-methods': methods.join(', '),
    'access-control-allow-headers': 'idempotency-key, content-type',
    'access-control-max-age': '600',
  };
}
