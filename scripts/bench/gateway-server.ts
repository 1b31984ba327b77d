import { type Gateway, startGateway } from '../../apigateway/server/gateway.ts';
import { registerAnswer } from '../../apigateway/tencent/register-answer.ts';
import { decodeClosing, decodeDataSend } from '../../apigateway/tencent/websocket-events.ts';
import { childArgument, serveParent } from './child.ts';
import { echo } from './echo.ts';

/** What `gateway-server.ts` is started with and says. */
export interface GatewayServer {
  argument: { functionUrl?: string; awsFunctionUrl?: string };
  info: { url: string; sendBackUrl: string; sendBackUrlOfUrlApi: string; managementUrl: string };
}

// Our gateway with the functions of the benchmark, in both dialects: connect calls that do nothing, and an echo.
const { functionUrl, awsFunctionUrl } = childArgument<GatewayServer['argument']>();
const ids = new Set<string>();
const done = { errNo: 0, errMsg: 'ok' };
const limits = { firstFrameSeconds: 0 };

const gateway: Gateway = await startGateway({
  port: 0,
  connectionsPerAddress: 0,
  logLevel: 'warn',
  websockets: [
    { path: '/in-process', apiId: 'in-process', register, transport, cleanup, ...limits },
    { path: '/by-url', apiId: 'by-url', register, transport: functionUrl ?? transport, cleanup, ...limits },
    { dialect: 'aws', path: '/aws-in-process', apiId: 'aws-in-process', routes: { $default: awsMessage } },
    { dialect: 'aws', path: '/aws-by-url', apiId: 'aws-by-url', routes: { $default: awsFunctionUrl ?? awsMessage } },
  ],
});
const push = gateway.push('in-process');
const dependencies = { send: (id: string, text: string) => void push.send(id, text), ids: () => ids };
const awsPush = gateway.push('aws-in-process');
serveParent(
  {
    url: gateway.url,
    sendBackUrl: gateway.sendBackUrl('in-process'),
    sendBackUrlOfUrlApi: gateway.sendBackUrl('by-url'),
    managementUrl: gateway.sendBackUrl('aws-by-url'),
  },
  { answers: { connections: () => gateway.connections }, stop: () => gateway.close() },
);

function register(event: unknown) {
  const answer = registerAnswer(event, 0, 'ok');
  ids.add(answer.websocket.secConnectionID);
  return answer;
}

function transport(event: unknown) {
  const { connectionId, text = '' } = decodeDataSend(event, '');
  echo(dependencies, connectionId, text);
  return done;
}

function cleanup(event: unknown) {
  ids.delete(decodeClosing(event, '').connectionId);
  return done;
}

function awsMessage(event: unknown) {
  const { requestContext, body } = event as { requestContext: { connectionId: string }; body: string };
  const { connectionId } = requestContext;
  void awsPush.send(connectionId, body === 'id' ? connectionId : body);
  return { statusCode: 200 };
}
