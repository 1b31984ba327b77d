import { readFileSync } from 'node:fs';
import { type Backplane, createBackplane, newProcessName } from '../../apigateway/backplane/backplane.ts';
import { instanceOf, newConnectionId } from '../../apigateway/backplane/connection-id.ts';
import type { Parcel } from '../../apigateway/backplane/message.ts';
import { offerBackplane } from '../../apigateway/backplane/of-process.ts';
import { type Gateway, startGateway } from '../../apigateway/server/gateway.ts';
import { createJsonLog } from '../../apigateway/server/log.ts';
import { type GatewayOptions, parseOptions } from '../../apigateway/server/options.ts';
import type { SendBack } from '../../apigateway/tencent/send-back.ts';
import { openDatabase } from '../../db/database.ts';
import { medium } from '../../functions/runtime/backplane.ts';
import { setting } from '../../functions/runtime/environment.ts';
import { untilSignal } from '../until-signal.ts';
import { connectSources } from './connect-sources.ts';
import { gatewayOptions } from './options.ts';

// The gateway of a deployment, as a web function or in a container: one of any number of instances, which share the
// database and a backplane. The functions beside it run in this process.
void untilSignal(start);

/** Starts everything and gives what stops it. */
async function start(): Promise<{ stop(): Promise<void> }> {
  // Paths in gateway.json are those of the package.
  process.chdir(__dirname);
  const configured = JSON.parse(readFileSync('gateway.json', 'utf8')) as GatewayOptions;
  const sources = configured.pages === undefined ? [] : connectSources(configured.pages.directory);
  const options = gatewayOptions(configured, process.env, sources);
  const log = createJsonLog(parseOptions(options).logLevel);
  // One process serves many at once; an event function, for which the default is meant, only one.
  process.env.DATABASE_POOL_SIZE ||= '10';
  const database = openDatabase({ url: setting('DATABASE_URL'), poolSize: 1 });

  const name = newProcessName();
  let gateway: Gateway | undefined;
  const backplane = createBackplane({
    medium: medium(),
    name,
    receive: parcel => gateway?.take(sendBackOf(parcel)) ?? 'unknown',
    log: ({ msg, error }) => log('warn', msg, { error }),
  });
  offerBackplane(backplane);
  try {
    gateway = await startGateway({
      ...options,
      connectionId: () => newConnectionId(name),
      elsewhere: push => publishElsewhere(backplane, push),
      health: () =>
        database.query('select 1').then(
          () => true,
          () => false,
        ),
      log,
    });
  } catch (error) {
    await backplane.end();
    throw error;
  }
  const { close, url } = gateway;
  console.log(`ready ${url} instance ${name}`);
  return {
    async stop() {
      await close();
      await backplane.end();
      await database.end();
    },
  };
}

function publishElsewhere(backplane: Backplane, push: SendBack) {
  const { connectionId } = push;
  const instance = instanceOf(connectionId);
  if (instance === undefined || instance === backplane.name) return undefined;
  return backplane.publish(instance, push.action === 'closing' ? { connectionId } : { connectionId, data: push.data });
}

function sendBackOf({ connectionId, data }: Parcel): SendBack {
  return data === undefined ? { action: 'closing', connectionId } : { action: 'data send', connectionId, data };
}
