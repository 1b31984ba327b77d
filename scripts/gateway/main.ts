import { createBackplane, newProcessName } from '../../apigateway/backplane/backplane.ts';
import { newConnectionId } from '../../apigateway/backplane/connection-id.ts';
import { offerBackplane } from '../../apigateway/backplane/of-process.ts';
import { boundedLog } from '../../apigateway/bounded-log.ts';
import { messageOf } from '../../apigateway/log.ts';
import { parseOptions } from '../../apigateway/server/check-options.ts';
import { publishElsewhere, sendBackOf } from '../../apigateway/server/elsewhere.ts';
import { type Gateway, startGateway } from '../../apigateway/server/gateway.ts';
import { createJsonLog } from '../../apigateway/server/log.ts';
import { closeConnectionsOf } from '../../db/connections/postgres.ts';
import { type Database, openDatabase } from '../../db/database.ts';
import { addressOf } from '../../db/database-url.ts';
import { askFailover } from '../../db/durability.ts';
import { UnsafeDatabase } from '../../db/session.ts';
import { medium } from '../../functions/runtime/backplane.ts';
import { databaseRole, databaseUrl, given, tokenSecrets } from '../../functions/runtime/environment.ts';
import { untilSignal } from '../until-signal.ts';
import { readConfiguration } from './configuration.ts';
import { gatewayOptions } from './options.ts';
import { createReadiness } from './readiness.ts';
import { sayWhenReady } from './say-when-ready.ts';

// The gateway of a deployment, as a web function or in a container: one of any number of instances, which share the
// database and a backplane. The functions beside it run in this process.
void untilSignal(start);

/** Starts everything and gives what stops it. */
async function start(): Promise<{ stop(): Promise<void> }> {
  // Paths in gateway.json are those of the package.
  process.chdir(__dirname);
  const options = gatewayOptions(readConfiguration('gateway.json'), process.env);
  tokenSecrets(); // a function by itself would take a weaker one
  const log = createJsonLog(parseOptions(options).logLevel);
  const logBounded = boundedLog(log); // the gateway bounds its own
  // One process serves many at once; an event function, for which the default is meant, only one.
  process.env.DATABASE_POOL_SIZE = given('DATABASE_POOL_SIZE') ?? '10';
  const database = openDatabase({
    url: databaseUrl(),
    poolSize: 1,
    // Also where the database is on this machine: here strangers are served.
    role: databaseRole() === 'least' ? 'least' : 'told',
    log: ({ event, ...fields }) => logBounded('warn', event, fields),
  });

  await requireSafe(database);

  const name = newProcessName();
  let gateway: Gateway | undefined;
  const backplane = createBackplane({
    medium: medium(),
    name,
    receive: parcel => gateway?.take(sendBackOf(parcel), parcel.apiId) ?? 'unknown',
    log: ({ event, ...fields }) => logBounded('warn', event, fields),
  });
  offerBackplane(backplane);
  const readiness = createReadiness(database, backplane);
  try {
    gateway = await startGateway({
      ...options,
      connectionId: () => newConnectionId(name),
      elsewhere: (push, apiId) => publishElsewhere(backplane, push, apiId),
      health: () =>
        database.query('select 1').then(
          () => true,
          () => false,
        ),
      readiness,
      log,
    });
  } catch (error) {
    await backplane.end();
    throw error;
  }
  const { close, url } = gateway;
  askFailover(database).then(({ message }) => log('info', 'durability', { message }), ignore); // /readyz tells of a database that is away
  void sayWhenReady(`${url} instance ${name}`, backplane.opened, readiness);
  return {
    async stop() {
      const leave = closeConnectionsOf(database, name).catch(error =>
        log('warn', 'connections left behind', { message: messageOf(error) }),
      );
      await Promise.all([close(), leave]);
      await backplane.end();
      await database.end();
    },
  };
}

function ignore() {}

/** One that is away may come back, and /readyz says so until then; one that is set up so that it must not be used does not. */
async function requireSafe(database: Database): Promise<void> {
  await database.query('select 1').catch(error => {
    if (!(error instanceof UnsafeDatabase)) return;
    throw new Error(`DATABASE_URL (${addressOf(databaseUrl())}): ${error.message}`, { cause: error });
  });
}
