import http, { type IncomingMessage, type ServerResponse } from 'node:http';

/** A request for a web function: its body, and headers for the answer. */
export interface PassedRequest {
  request: IncomingMessage;
  response: ServerResponse;
  body: Buffer;
  headers: Record<string, string>;
}

/** Passes a request on to an instance, and its answer back. 433: it took too long; 430: the instance broke it off. */
export function passRequestOn(
  { request, response, body, headers }: PassedRequest,
  port: number,
  timeoutMs: number,
): Promise<{ status: number; message: string }> {
  const { method, url: path, headers: own } = request;
  const { 'transfer-encoding': _, ...passed } = own;
  return new Promise(resolve => {
    const length = body.length > 0 || method !== 'GET' ? { 'content-length': String(body.length) } : {};
    const call = http.request({
      host: '127.0.0.1',
      port,
      method,
      path,
      headers: { ...passed, ...length, connection: 'close' },
    });
    const timer = setTimeout(() => {
      resolve({ status: 433, message: `Invoking task timed out after ${timeoutMs / 1000} seconds` });
      call.destroy();
    }, timeoutMs);
    call.on('error', error => {
      clearTimeout(timer);
      resolve({ status: 430, message: error.message });
    });
    call.on('response', answer => {
      const { connection: __, ...said } = answer.headers;
      response.writeHead(answer.statusCode ?? 502, { ...said, ...headers });
      answer.pipe(response);
      answer.on('close', () => {
        clearTimeout(timer);
        resolve({ status: 200, message: '' });
      });
    });
    call.end(body);
  });
}
