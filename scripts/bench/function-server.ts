import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dataSendEvent, decodeDataSend } from '../../apigateway/tencent/websocket-events.ts';
import { serveParent } from './child.ts';
import { createHttpClient, type HttpClient } from './http-client.ts';

/** What `function-server.ts` says. The same function, for events of both dialects and for the floor's own. */
export interface FunctionServer {
  info: { floorUrl: string; gatewayUrl: string; awsUrl: string };
}

/** Where `answers.sendBack` sends the frames of one of them. */
export interface SendBackAddress {
  path: '/floor' | '/gateway' | '/aws';
  origin: string;
  /** What the connection's id is put behind, for AWS. */
  sendBackPath: string;
}

// A function by URL, as lean as a function can be: it sends every frame back and answers. `id` is answered with the connection's id.
const addresses = new Map<string, { client: HttpClient; path: string }>();

const server = createServer((incoming, response) => {
  let body = '';
  incoming.on('data', chunk => {
    body += chunk;
  });
  incoming.on('end', async () => {
    const back = addresses.get(incoming.url ?? '');
    if (incoming.url === '/aws') await back?.client.post(...message(back.path, body));
    else await back?.client.post(back.path, incoming.url === '/gateway' ? envelope(body) : copy(body));
    const answer = incoming.url === '/aws' ? '{"statusCode":200}' : '{"errNo":0,"errMsg":"okay"}';
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': answer.length });
    response.end(answer);
  });
});
await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
const { port } = server.address() as AddressInfo;
serveParent(
  {
    floorUrl: `http://127.0.0.1:${port}/floor`,
    gatewayUrl: `http://127.0.0.1:${port}/gateway`,
    awsUrl: `http://127.0.0.1:${port}/aws`,
  },
  {
    answers: {
      sendBack({ path, origin, sendBackPath }: SendBackAddress) {
        addresses.set(path, { client: createHttpClient(origin), path: sendBackPath });
      },
    },
    async stop() {
      for (const { client } of addresses.values()) client.close();
      server.close();
    },
  },
);

function envelope(body: string): string {
  const { connectionId, text = '' } = decodeDataSend(JSON.parse(body), '');
  return JSON.stringify(dataSendEvent(connectionId, text === 'id' ? connectionId : text));
}

function message(path: string, event: string): [path: string, body: string] {
  const { requestContext, body } = JSON.parse(event);
  const id = String(requestContext.connectionId);
  return [`${path}/@connections/${encodeURIComponent(id)}`, body === 'id' ? id : body];
}

function copy(body: string): string {
  const { id, data } = JSON.parse(body);
  return JSON.stringify({ id, data: data === 'id' ? id : data });
}
