// Loads function bundles and serves each by URL, as a platform does: `POST /<name>` of the event is answered with what
// the function returns, or 500 when it throws. Nothing of the bundles is replaced.
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import path from 'node:path';
import { childArgument, serveParent } from '../child.ts';
import type { FunctionProcess } from './function-host.ts';

type EventFunction = (event: unknown, context: { request_id: string }) => unknown;

const { bundles, names, port } = childArgument<FunctionProcess>();
const requireBundle = createRequire(path.resolve('package.json'));
const functions = new Map<string, EventFunction>();
for (const name of names) {
  functions.set(`/${name}`, requireBundle(path.resolve(bundles, name, 'index.js')).main_handler);
}
const warnings: string[] = [];
process.on('warning', warning => warnings.push(warning.name));

const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', async () => {
    const invoke = functions.get(request.url ?? '');
    if (invoke === undefined) return response.writeHead(404).end();
    try {
      const answer = await invoke(JSON.parse(Buffer.concat(chunks).toString()), { request_id: randomUUID() });
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer) ?? 'null');
    } catch (error) {
      console.error(String(error));
      response.writeHead(500).end();
    }
  });
});
server.listen(port, '127.0.0.1', () =>
  serveParent({
    health() {
      globalThis.gc?.();
      return { heapBytes: process.memoryUsage().heapUsed, timers: timersOpen(), warnings };
    },
  }),
);

function timersOpen(): number {
  return process.getActiveResourcesInfo().filter(kind => kind === 'Timeout').length;
}
