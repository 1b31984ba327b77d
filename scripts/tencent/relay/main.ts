import { readFileSync } from 'node:fs';
import { createBackplane, newProcessName } from '../../../apigateway/backplane/backplane.ts';
import { newConnectionId } from '../../../apigateway/backplane/connection-id.ts';
import { postgresMedium } from '../../../apigateway/backplane/postgres.ts';
import { redisMedium } from '../../../apigateway/backplane/redis.ts';
import { parseOptions } from '../../../apigateway/server/check-options.ts';
import { publishElsewhere, sendBackOf } from '../../../apigateway/server/elsewhere.ts';
import { type Gateway, startGateway } from '../../../apigateway/server/gateway.ts';
import { createJsonLog } from '../../../apigateway/server/log.ts';
import type { SendBack } from '../../../apigateway/tencent/send-back.ts';
import { given } from '../../../functions/runtime/environment.ts';
import { gatewayOptions } from '../../gateway/options.ts';
import { untilSignal } from '../../until-signal.ts';
import type { GatewayFile } from '../plain/packages.ts';
import { createInvoke, type InvokeError } from './invoke.ts';

// The gateway in front of somebody's functions, as a web function: it holds the WebSockets and calls the functions through
// the API of SCF, with the role that it runs in. They push to its own address, with a secret in the path.
void untilSignal(start);

async function start(): Promise<{ stop(): Promise<void> }> {
  // Paths are those of the package.
  process.chdir(__dirname);
  const { websockets, origins, functionTimeoutSeconds, maxConnections } = JSON.parse(
    readFileSync('relay.json', 'utf8'),
  ) as GatewayFile;
  const region = given('TENCENTCLOUD_REGION') ?? '';
  const { invoke, close } = createInvoke({
    ...{ region, endpoint: given('API_ENDPOINT'), timeoutMs: functionTimeoutSeconds * 1000 },
    credentials: () => ({
      secretId: given('TENCENTCLOUD_SECRETID') ?? '',
      secretKey: given('TENCENTCLOUD_SECRETKEY') ?? '',
      token: given('TENCENTCLOUD_SESSIONTOKEN') ?? '',
    }),
  });
  const call = (name: string) => (event: unknown) =>
    invoke(name, event).catch((error: InvokeError) => {
      // Keys of a role end; a new instance starts with new ones.
      if (/ AuthFailure\.(SecretId|InvalidSecretId|Token|Signature)/.test(error.message))
        setTimeout(() => process.exit(1), 1000).unref();
      throw error;
    });
  const options = gatewayOptions(
    {
      origins,
      functionTimeoutSeconds,
      // A web function has one port.
      sendBackOnPublicPort: true,
      websockets: websockets.map(({ name, path, register, transport, cleanup }) => ({
        ...{ path, apiId: name, firstFrameSeconds: 0, maxFrameBytes: 128 * 1024, maxConnections },
        ...{ register: call(register), transport: call(transport), cleanup: call(cleanup) },
      })),
    },
    process.env,
  );
  const log = createJsonLog(parseOptions(options).logLevel);
  const name = newProcessName();
  let gateway: Gateway | undefined;
  const medium = mediumOf(given('REDIS_URL'), given('DATABASE_URL'));
  const backplane =
    medium &&
    createBackplane({
      ...{ medium, name, receive: parcel => gateway?.take(sendBackOf(parcel), parcel.apiId) ?? 'unknown' },
      log: ({ event, ...fields }) => log('warn', event, fields),
    });
  gateway = await startGateway({
    ...options,
    connectionId: () => newConnectionId(name),
    ...(backplane === undefined
      ? {}
      : { elsewhere: (push: SendBack, apiId: string) => publishElsewhere(backplane, push, apiId) }),
    log,
  });
  console.log(`ready ${gateway.url} instance ${name}`);
  const started = gateway;
  return {
    async stop() {
      await started.close();
      await backplane?.end();
      close();
    },
  };
}

function mediumOf(redisUrl: string | undefined, databaseUrl: string | undefined) {
  if (redisUrl !== undefined) return redisMedium(redisUrl);
  return databaseUrl === undefined ? undefined : postgresMedium(databaseUrl);
}
