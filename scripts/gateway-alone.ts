import { readFileSync } from 'node:fs';
import { startGateway } from '../apigateway/server/gateway.ts';
import type { GatewayOptions } from '../apigateway/server/options.ts';
import { gatewayOptions } from './gateway/options.ts';

// `npm run gateway -- gateway.json`: the gateway by itself, with no database and no functions of ours, in front of
// functions behind URLs. Settings and secrets come from the environment as for the gateway of a deployment, but that it
// listens on this machine alone unless HOST says more. docs/migrating.md is its manual.
try {
  const [, , file = 'gateway.json'] = process.argv;
  const configured = JSON.parse(readFileSync(file, 'utf8')) as GatewayOptions;
  const environment = { ...process.env, HOST: process.env.HOST || '127.0.0.1' };
  const gateway = await startGateway(gatewayOptions(configured, environment, []));
  const stop = async () => {
    await gateway.close();
    process.exit(0);
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  for (const { path, apiId } of configured.websockets ?? []) {
    console.log(`${gateway.url.replace('http', 'ws')}${path}, send-back URL ${gateway.sendBackUrl(apiId)}`);
  }
  console.log('ready');
} catch (error) {
  console.error(`cannot start: ${error instanceof Error ? error.message : String(error)}`);
  process.exit(1);
}
