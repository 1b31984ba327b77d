/** Events as AWS documents them (API Gateway developer guide; not captured from a running system). */

/** Of a WebSocket API. */
export function socketEvent(eventType: 'CONNECT' | 'MESSAGE' | 'DISCONNECT', more: object = {}) {
  const routeKey = { CONNECT: '$connect', MESSAGE: '$default', DISCONNECT: '$disconnect' }[eventType];
  return {
    requestContext: {
      routeKey,
      eventType,
      extendedRequestId: 'VjoqtHrIDoEFlkQ=',
      requestTime: '01/Nov/2026:12:00:00 +0000',
      messageDirection: 'IN',
      stage: 'production',
      connectedAt: 1_793_534_400_000,
      requestTimeEpoch: 1_793_534_400_123,
      identity: { sourceIp: '192.0.2.7' },
      requestId: 'VjoqtHrIDoEFlkQ=',
      domainName: 'abcdef1234.execute-api.eu-central-1.amazonaws.com',
      connectionId: 'VjoqteLbDoECIpw=',
      apiId: 'abcdef1234',
    },
    isBase64Encoded: false,
    ...more,
  };
}

/** The headers that `$connect` alone has. */
export const connectHeaders = {
  Host: 'abcdef1234.execute-api.eu-central-1.amazonaws.com',
  'Sec-WebSocket-Extensions': 'permessage-deflate; client_max_window_bits',
  'Sec-WebSocket-Key': 'c2FtcGxlIG5vbmNlIDEyMw==',
  'Sec-WebSocket-Version': '13',
  'X-Forwarded-For': '192.0.2.7',
};

/** Of an HTTP API, payload format 2.0. */
export function httpEvent(more: { headers?: object; body?: string; isBase64Encoded?: boolean; query?: string } = {}) {
  return {
    version: '2.0',
    routeKey: 'ANY /bill',
    rawPath: '/bill',
    rawQueryString: more.query ?? '',
    headers: { 'content-type': 'application/json', ...more.headers },
    requestContext: {
      accountId: '111122223333',
      apiId: 'abcdef1234',
      domainName: 'abcdef1234.execute-api.eu-central-1.amazonaws.com',
      domainPrefix: 'abcdef1234',
      http: { method: 'POST', path: '/bill', protocol: 'HTTP/1.1', sourceIp: '192.0.2.7', userAgent: 'agent' },
      requestId: 'JKJaXmPLvHcESHA=',
      routeKey: 'ANY /bill',
      stage: '$default',
      time: '01/Nov/2026:12:00:00 +0000',
      timeEpoch: 1_793_534_400_123,
    },
    ...(more.body === undefined ? {} : { body: more.body }),
    isBase64Encoded: more.isBase64Encoded ?? false,
  };
}
