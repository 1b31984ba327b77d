import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import { childArgument, serveParent } from './child.ts';
import { echo } from './echo.ts';

/** What `floor-server.ts` is started with and says. */
export interface FloorServer {
  argument: { functionUrl?: string };
  info: { url: string };
}

// What every gateway is compared with: the least that can be done with `ws` and `node:http`. It checks nothing.
const { functionUrl = '' } = childArgument<FloorServer['argument']>();
const sockets = new Map<string, WebSocket>();
const dependencies = { send: (id: string, text: string) => sockets.get(id)?.send(text), ids: () => sockets.keys() };
const agent = new Agent({ keepAlive: true });
let opened = 0;

const websockets = new WebSocketServer({ noServer: true, clientTracking: false, perMessageDeflate: false });
const server = createServer(answer);
server.on('upgrade', (request, socket, head) => {
  websockets.handleUpgrade(request, socket, head, websocket => {
    const id = `c${++opened}`;
    const byUrl = request.url === '/by-url';
    sockets.set(id, websocket);
    websocket.on('message', data => {
      const text = data.toString();
      if (byUrl) callFunction(id, text);
      else echo(dependencies, id, text);
    });
    websocket.on('error', () => {});
    websocket.on('close', () => sockets.delete(id));
  });
});
await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
const { port } = server.address() as AddressInfo;
serveParent(
  { url: `http://127.0.0.1:${port}` },
  {
    answers: { connections: () => sockets.size },
    async stop() {
      for (const socket of sockets.values()) socket.terminate();
      server.close();
    },
  },
);

/** `POST /push {id, data}` sends; any other path only reads the body and answers: an HTTP hop. */
function answer(incoming: IncomingMessage, response: ServerResponse) {
  let body = '';
  incoming.on('data', chunk => {
    body += chunk;
  });
  incoming.on('end', () => {
    const { id, data } = JSON.parse(body);
    if (incoming.url === '/push') sockets.get(id)?.send(data);
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': 11 });
    response.end('{"errNo":0}');
  });
}

function callFunction(id: string, data: string) {
  const body = JSON.stringify({ id, data });
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
  const call = request(functionUrl, { method: 'POST', agent, headers }, response => response.resume());
  call.on('error', error => console.error(`floor: ${error.message}`));
  call.end(body);
}
