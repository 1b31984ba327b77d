import type { IncomingMessage } from 'node:http';

/** `CorsConfig` of a function URL (583/107631). */
export interface CorsConfig {
  Enable?: boolean;
  Origins?: string[];
  Methods?: string[];
  Headers?: string[];
  ExposeHeaders?: string[];
  Credentials?: boolean;
  MaxAge?: number;
}

/** The headers that the platform adds to an answer, or to a preflight's; none when the origin may not. */
export function corsHeaders(
  config: CorsConfig | undefined,
  { headers, method }: IncomingMessage,
): Record<string, string> {
  const { origin } = headers;
  if (config?.Enable !== true || origin === undefined) return {};
  const { Origins = [], Methods = [], Headers = [], ExposeHeaders = [], Credentials = false, MaxAge = 0 } = config;
  if (!Origins.includes('*') && !Origins.includes(origin)) return {};
  const always = {
    'access-control-allow-origin': Origins.includes('*') && !Credentials ? '*' : origin,
    ...(Credentials ? { 'access-control-allow-credentials': 'true' } : {}),
    ...(ExposeHeaders.length > 0 ? { 'access-control-expose-headers': ExposeHeaders.join(', ') } : {}),
  };
  if (!isPreflight({ headers, method })) return always;
  return {
    ...always,
    'access-control-allow-methods': Methods.join(', '),
    'access-control-allow-headers': Headers.join(', '),
    'access-control-max-age': String(MaxAge),
  };
}

/** Whether a browser asks before it sends the real request: with CORS on the platform answers, not the function. */
export function isPreflight({ method, headers }: Pick<IncomingMessage, 'method' | 'headers'>): boolean {
  return method === 'OPTIONS' && headers.origin !== undefined && headers['access-control-request-method'] !== undefined;
}
