import type { IncomingMessage, ServerResponse } from 'node:http';
import { isListed } from '../../origin.ts';

/** Sets the headers of an answer that a page of another origin may read, and says whether it may. */
export type Cors = (request: IncomingMessage, response: ServerResponse) => boolean;

/**
 * Makes the rule for a list of origins as `readOrigin` spells them. Without a list nobody is answered. `exposedHeaders`
 * are those of the functions' answers that a page may read besides the gateway's own.
 */
export function createCors(origins: readonly string[], exposedHeaders: readonly string[]): Cors {
  const exposed = [...exposedHeaders, 'retry-after', 'x-request-id'].join(', ');
  return ({ headers: { origin } }, response) => {
    if (origins.length === 0) return false;
    // A cache must not give one origin what was answered to another.
    response.setHeader('vary', 'origin');
    if (origin === undefined || !isListed(origins, origin)) return false;
    // A browser compares it with what it has sent, letter by letter.
    response.setHeader('access-control-allow-origin', origin);
    response.setHeader('access-control-expose-headers', exposed);
    return true;
  };
}

/** Whether a browser asks before it sends the real request. */
export function isPreflight({ method, headers }: IncomingMessage): boolean {
  return method === 'OPTIONS' && headers['access-control-request-method'] !== undefined;
}

/** What the answer to a preflight says besides: `headers` may be sent, and the type of the body. */
export function preflightHeaders(methods: readonly string[], headers: readonly string[]): Record<string, string> {
  return {
    'access-control-allow-methods': methods.join(', '),
    'access-control-allow-headers': [...headers, 'content-type'].join(', '),
    'access-control-max-age': '600',
  };
}
