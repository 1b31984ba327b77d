import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** How a call of `@connections` is answered; `undefined` leaves it without an answer, `cut` breaks its connection. */
export type Answer = { status: number; errorType?: string; body?: string } | 'cut' | undefined;

/** A call as it came in. */
export interface Call {
  method: string;
  path: string;
  body: string;
}

/** `@connections` on a port of its own, answered by connection id, and what it was asked. */
export interface ManagementServer {
  endpoint: string;
  calls: Call[];
  /** How calls are answered from now on. */
  answers: Record<string, Answer>;
  close(): Promise<void>;
}

/** Starts it. Answers are those of API Gateway: errors by status and by the header `x-amzn-errortype`. */
export async function startManagementServer(answers: Record<string, Answer>): Promise<ManagementServer> {
  const calls: Call[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const path = decodeURIComponent(request.url ?? '');
      calls.push({ method: request.method ?? '', path, body: Buffer.concat(chunks).toString() });
      const id = path.slice(path.lastIndexOf('/') + 1);
      const answer = id in answers ? answers[id] : { status: request.method === 'DELETE' ? 204 : 200 };
      if (answer === undefined) return;
      if (answer === 'cut') return request.socket.destroy();
      response.writeHead(answer.status, answer.errorType === undefined ? {} : { 'x-amzn-errortype': answer.errorType });
      response.end(answer.body);
    });
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}/production`,
    calls,
    answers,
    async close() {
      server.closeAllConnections();
      await new Promise(resolve => server.close(resolve));
    },
  };
}
