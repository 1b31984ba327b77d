/** An answer that somebody else gives in our place. */
export interface ForeignAnswer {
  what: string;
  status: number;
  contentType: string | undefined;
  body: string;
}

const html = (title: string) => `<!doctype html><html><head><title>${title}</title></head><body>${title}</body></html>`;
const scf = (status: number, message: string) =>
  JSON.stringify({ errorCode: -1, errorMessage: message, requestId: '3f0b', statusCode: status });
const answer = (status: number, what: string, contentType: string | undefined, body: string): ForeignAnswer => ({
  what: `${status} ${what}`,
  status,
  contentType,
  body,
});

/**
 * What platforms, proxies, firewalls and captive portals answer instead of us, before or after a request got through.
 * Statuses 430 to 439 are those of SCF (https://www.tencentcloud.com/document/product/583/35311).
 */
export const foreignAnswers: readonly ForeignAnswer[] = [
  answer(200, 'captive portal', 'text/html', html('Welcome to the hotel')),
  answer(200, 'empty', undefined, ''),
  answer(200, 'JSON of somebody else', 'application/json', '{"status":"ok"}'),
  answer(200, 'a list', 'application/json', '[]'),
  answer(200, 'null', 'application/json', 'null'),
  answer(200, 'cut in the middle', 'application/json', '{"order":{"id":"o-1","num'),
  answer(201, 'without a token', 'application/json', '{"order":{"id":"o-1"}}'),
  answer(200, 'page that holds our error', 'text/html', '{"error":{"code":"shop_closed","message":""}}'),
  answer(202, 'taken by a queue', 'application/json', '{"accepted":true}'),
  answer(400, 'of a proxy', 'text/html', html('400 Bad Request')),
  answer(400, 'error without a code', 'application/json', '{"error":{"message":"bad"}}'),
  answer(400, 'error that is a text', 'application/json', '{"error":"invalid_request"}'),
  answer(401, 'of a proxy', 'text/plain', 'login required'),
  answer(403, 'challenge of a firewall', 'text/html', html('Just a moment…')),
  answer(403, 'of API Gateway', 'application/json', '{"message":"Forbidden"}'),
  answer(404, 'of a proxy', 'text/html', html('404 page not found')),
  answer(404, 'of a bucket', 'application/xml', '<Error><Code>NoSuchKey</Code></Error>'),
  answer(404, 'with a code of another', 'application/json', '{"error":{"code":"route_missing","message":"no"}}'),
  answer(
    404,
    'with a code that has another status',
    'application/json',
    '{"error":{"code":"shop_closed","message":""}}',
  ),
  answer(
    404,
    'with the name of a property of objects',
    'application/json',
    '{"error":{"code":"toString","message":""}}',
  ),
  answer(407, 'of a proxy', undefined, ''),
  answer(408, 'of a proxy', 'text/html', html('Request Time-out')),
  answer(409, 'of a store', 'application/json', '{"code":"shop_closed"}'),
  answer(410, 'of a proxy', 'text/html', html('Gone')),
  answer(413, 'of nginx', 'text/html', html('413 Request Entity Too Large')),
  answer(421, 'of a proxy', 'text/plain', 'Misdirected Request'),
  answer(425, 'of a CDN', undefined, ''),
  answer(429, 'of API Gateway', 'application/json', '{"message":"Too Many Requests"}'),
  answer(430, 'of SCF', undefined, ''),
  answer(432, 'of SCF', 'application/json', scf(432, 'ResourceLimitReached')),
  answer(433, 'of SCF', 'application/json', scf(433, 'Invoking task timed out after 15 seconds')),
  answer(434, 'of SCF', 'application/json', scf(434, 'MemoryLimitReached')),
  answer(439, 'of SCF', 'text/plain', 'function exited unexpectedly'),
  answer(499, 'of a CDN', undefined, ''),
  answer(500, 'of a function', 'application/json', '{"errorMessage":"x"}'),
  answer(502, 'of nginx', 'text/html', html('502 Bad Gateway')),
  answer(503, 'of a load balancer', 'text/html', html('Service Unavailable')),
  answer(504, 'of API Gateway', 'application/json', '{"message":"Endpoint request timed out"}'),
  answer(520, 'of a CDN', 'text/html', html('unknown error')),
];

/** The answer as `fetch` gives it. */
export function foreignResponse({ status, contentType, body }: ForeignAnswer): Response {
  return new Response(body, { status, headers: contentType === undefined ? {} : { 'content-type': contentType } });
}

/** Frames that gateways send by themselves, and frames that look like ours and are not. */
export const foreignFrames: readonly string[] = [
  '{"message":"Internal server error","connectionId":"L0SM9cOFvHcCIhw=","requestId":"abc"}',
  '{"message":"Forbidden","connectionId":"L0SM9cOFvHcCIhw=","requestId":"abc"}',
  '{"type":"error","message":"Internal server error"}',
  '{"type":"error","error":"unauthorized"}',
  '{"type":"result"}',
  '{"type":"order","order":null}',
  '{"type":"welcome"}',
  '{"type":"events","events":{}}',
  '{"type":"message"}',
  '{"type":"toString"}',
  '["type"]',
  'null',
  'pong',
  '',
  '<html></html>',
];
