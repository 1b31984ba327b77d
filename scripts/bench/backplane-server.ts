import { createBackplane } from '../../apigateway/backplane/backplane.ts';
import { newConnectionId } from '../../apigateway/backplane/connection-id.ts';
import { postgresMedium } from '../../apigateway/backplane/postgres.ts';
import { redisMedium } from '../../apigateway/backplane/redis.ts';
import { type Gateway, startGateway } from '../../apigateway/server/gateway.ts';
import { registerAnswer } from '../../apigateway/tencent/register-answer.ts';
import { decodeDataSend } from '../../apigateway/tencent/websocket-events.ts';
import { childArgument, serveParent } from './child.ts';

/** What `backplane-server.ts` is started with and says. */
export interface BackplaneServer {
  argument: { redisUrl?: string; databaseUrl?: string };
  info: { url: string; sendBackUrl: string };
}

// One instance of the gateway, on a backplane, whose functions do nothing but tell a client its id.
const { redisUrl, databaseUrl = '' } = childArgument<BackplaneServer['argument']>();
const backplane = createBackplane({
  medium: redisUrl === undefined ? postgresMedium(databaseUrl) : redisMedium(redisUrl),
  receive: ({ connectionId, data = '' }) => gateway.take({ action: 'data send', connectionId, data }),
});
const gateway: Gateway = await startGateway({
  port: 0,
  connectionsPerAddress: 0,
  logLevel: 'warn',
  connectionId: () => newConnectionId(backplane.name),
  websockets: [{ path: '/in-process', apiId: 'in-process', register, transport, cleanup: done, firstFrameSeconds: 0 }],
});
const push = gateway.push('in-process');
serveParent(
  { url: gateway.url, sendBackUrl: gateway.sendBackUrl('in-process') },
  {
    async stop() {
      await gateway.close();
      await backplane.end();
    },
  },
);

function register(event: unknown) {
  return registerAnswer(event, 0, 'ok');
}

async function transport(event: unknown) {
  const { connectionId } = decodeDataSend(event, '');
  await push.send(connectionId, connectionId);
  return done();
}

function done() {
  return { errNo: 0, errMsg: 'ok' };
}
