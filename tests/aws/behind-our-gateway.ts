import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { startGateway } from '../../apigateway/server/gateway.ts';
import type { InitAnswer } from '../../functions/init_db/init-db.ts';
import { CHAT_TABLE } from '../../scripts/aws/chat-table.ts';
import type { ChatSystem } from '../support/chat/systems.ts';
import type { System } from '../support/e2e/system.ts';
import { listen, stop } from '../support/listen.ts';
import { lastingPort } from '../support/port.ts';
import { createTestDatabase } from '../support/postgres/database.ts';
import { pagesOrigin } from './system.ts';

type Handler = (event: unknown) => Promise<unknown>;

/** An API: its stage, the functions of its routes, and what they find in their environment. */
interface Served {
  stage: string;
  functions: Record<string, string>;
  environment: Record<string, string>;
}

/** Variables of functions that run in this process. */
const shared = {
  AWS_ACCESS_KEY_ID: 'local',
  AWS_SECRET_ACCESS_KEY: 'local',
  AWS_REGION: 'eu-central-1',
  TOKEN_SECRET: 'the token secret of the tests, long enough',
  RATE_LIMITS: 'off',
  ORIGINS: pagesOrigin,
};

/** Ordering on AWS behind our own gateway; its HTTP functions are called as an HTTP API calls them. */
export async function startOrderingBehindOurs(): Promise<Omit<System, 'process'>> {
  const database = await createTestDatabase({ empty: true });
  const gateway = await startOurs({
    stage: 'production',
    functions: { $connect: 'register', $default: 'transport', $disconnect: 'cleanup' },
    environment: { DATABASE_URL: database.url },
  });
  const answer = (await handlerOf('init_db')({ demo: true })) as InitAnswer;
  if ('error' in answer) throw new Error(answer.error.message);
  const http = httpApi();
  return {
    database,
    url: `http://127.0.0.1:${await listen(http)}`,
    websocketUrl: gateway.websocketUrl,
    keys: Object.fromEntries(answer.shops.map(({ id, key = '' }) => [id, key])),
    async stop() {
      await stop(http);
      await gateway.stop();
      await database.drop();
    },
  };
}

/** The chat room on AWS behind our own gateway. */
export async function startChatBehindOurs(environment: Record<string, string>): Promise<ChatSystem> {
  const message = 'chat/transport';
  const { websocketUrl: url, stop } = await startOurs({
    stage: 'production',
    functions: { $connect: 'chat/register', sendmessage: message, $default: message, $disconnect: 'chat/cleanup' },
    environment: { ...environment, CHAT_TABLE },
  });
  return { url, stop };
}

async function startOurs({ stage, functions, environment }: Served) {
  const before = { ...process.env };
  const sendBackPort = await lastingPort();
  const endpoint = `http://127.0.0.1:${sendBackPort}/${stage}`;
  Object.assign(process.env, shared, environment, { MANAGEMENT_ENDPOINT: endpoint });
  const routes = Object.fromEntries(
    Object.entries(functions).map(([route, name]) => [route, `dist/aws/${name}/index.js#handler`]),
  );
  const gateway = await startGateway({
    port: 0,
    sendBackPort,
    connectionsPerAddress: 0,
    logLevel: 'error',
    // Here $connect decides over origins, as on AWS.
    origins: [pagesOrigin],
    websockets: [
      {
        dialect: 'aws',
        apiId: stage,
        path: `/${stage}`,
        routeSelectionExpression: '$request.body.action',
        routes,
      },
    ],
  });
  return {
    websocketUrl: `${gateway.url.replace('http', 'ws')}/${stage}`,
    async stop() {
      await gateway.close();
      process.env = before;
    },
  };
}

function handlerOf(name: string): Handler {
  return require(path.resolve(`dist/aws/${name}/index.js`)).handler;
}

/** An HTTP API with payload format 2.0, as far as the two functions need it. */
function httpApi(): Server {
  const names = JSON.parse(readFileSync('gateway.json', 'utf8')).routes.map((route: { path: string }) => route.path);
  return createServer(async (request, response) => {
    const { rawPath, event } = await eventOf(request);
    const known = names.find((name: string) => name === rawPath);
    const answer = known === undefined ? { statusCode: 404 } : await handlerOf(known.slice(1))(event);
    const { statusCode, headers = {}, body = '' } = answer as { statusCode: number; headers?: object; body?: string };
    response.writeHead(statusCode, { ...headers }).end(body);
  });
}

async function eventOf(request: IncomingMessage) {
  const { method = '', url = '', headers } = request;
  const [rawPath = '', rawQueryString = ''] = url.split('?');
  const body = (await buffer(request)).toString();
  const http = { method, path: rawPath, sourceIp: '127.0.0.1' };
  return { rawPath, event: { version: '2.0', rawPath, rawQueryString, headers, requestContext: { http }, body } };
}
