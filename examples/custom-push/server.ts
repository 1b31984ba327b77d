import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import { bill } from '../../functions/bill/bill.ts';
import { cleanup } from '../../functions/cleanup/cleanup.ts';
import { answerHttp } from '../../functions/domain/answer-http.ts';
import { initDb } from '../../functions/init_db/init-db.ts';
import { redeliver } from '../../functions/redeliver/redeliver.ts';
import { register } from '../../functions/register/register.ts';
import { connections } from '../../functions/runtime/connections.ts';
import { installation } from '../../functions/runtime/installation.ts';
import { billDependencies } from '../../functions/runtime/orders.ts';
import { redeliverDependencies } from '../../functions/runtime/redeliver.ts';
import { subjectOf } from '../../functions/runtime/secrets.ts';
import { transportDependencies } from '../../functions/runtime/transport.ts';
import { transport } from '../../functions/transport/transport.ts';
import { pushTo } from './push.ts';

// Ordering behind a WebSocket server of one's own in place of a gateway. The use cases know no gateway: they are given
// a push, and called when something happens. Needs DATABASE_URL and TOKEN_SECRET.

const sockets = new Map<string, WebSocket>();
const push = pushTo(sockets);
const onConnect = register(connections, subjectOf);
const onFrame = transport(transportDependencies(push));
const onClose = cleanup(connections);
const onOrder = bill(billDependencies(push));
const onTimer = redeliver(redeliverDependencies(push));

const answer = await initDb(installation, push)({ demo: true });
if ('error' in answer) throw new Error(answer.error.message);

const server = createServer(async (request, response) => {
  const requestId = randomUUID();
  const body = Buffer.concat(await request.toArray());
  const read = () => ({
    method: request.method ?? '',
    path: request.url ?? '',
    query: {},
    repeatedQuery: [],
    headers: request.headers as Record<string, string>,
    body,
    remoteAddress: request.socket.remoteAddress,
    requestId,
  });
  const { status, headers, body: text } = await answerHttp(onOrder, read, requestId, report);
  response.writeHead(status, headers).end(text);
});

new WebSocketServer({ server, path: '/pgws', maxPayload: 16 * 1024 }).on('connection', (socket, request) => {
  void hold(socket, request).catch(error => report('', error));
});
server.listen(Number(process.env.PORT ?? 8080), '127.0.0.1', () => {
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  for (const { id, key } of answer.shops) if (key !== undefined) console.log(`${url}/shop.html#shop=${id}&key=${key}`);
  console.log(`ready: ${url}`);
});
setInterval(() => void onTimer().catch(error => report('', error)), 20_000);

/** Does for one socket what a gateway does: announces it, hands on its frames one after another, says when it closes. */
async function hold(socket: WebSocket, { socket: { remoteAddress } }: IncomingMessage): Promise<void> {
  const connectionId = randomUUID();
  sockets.set(connectionId, socket);
  let last: Promise<unknown> = onConnect({ connectionId, remoteAddress, requestId: randomUUID() }).then(
    ({ accepted }) => accepted || socket.close(1008),
  );
  socket.on('message', (data, isBinary) => {
    const frame = { connectionId, text: isBinary ? undefined : String(data), requestId: randomUUID() };
    last = last.then(() => onFrame(frame)).catch(error => report(frame.requestId, error));
  });
  socket.on('error', () => {}); // `close` follows
  socket.on('close', () => {
    sockets.delete(connectionId);
    last = last.then(() => onClose({ connectionId, requestId: randomUUID() })).catch(error => report('', error));
  });
  await last;
}

function report(requestId: string, error: unknown): void {
  console.error(JSON.stringify({ event: 'failed', requestId, message: String(error) }));
}
