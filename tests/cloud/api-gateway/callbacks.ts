import { createServer } from 'node:http';
import { listen, stop } from '../../support/listen.ts';
import { bodyOf } from '../body.ts';

/** Where functions push to: one address for each WebSocket API, there as soon as the API is. */
export interface Callbacks {
  /** `InternalDomain` of an API. */
  urlOf(apiId: string): string;
  close(): Promise<void>;
}

/** Opens the addresses and passes each push on to where the API runs; 404 while it is not released. */
export async function openCallbacks(targetOf: (apiId: string) => string | undefined): Promise<Callbacks> {
  const server = createServer(async (request, response) => {
    const body = await bodyOf(request, 1024 * 1024);
    const target = targetOf((request.url ?? '/').slice(1));
    if (target === undefined || body === undefined) return response.writeHead(404).end();
    const headers = { 'content-type': request.headers['content-type'] ?? 'application/json' };
    try {
      const answer = await fetch(target, { method: request.method ?? 'POST', headers, body: new Uint8Array(body) });
      const text = await answer.text();
      response
        .writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? 'application/json' })
        .end(text);
    } catch {
      response.destroy();
    }
  });
  const url = `http://127.0.0.1:${await listen(server)}`;
  return { urlOf: apiId => `${url}/${apiId}`, close: () => stop(server) };
}
