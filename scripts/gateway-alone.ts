import { readFileSync } from 'node:fs';
import { startGateway } from '../apigateway/server/gateway.ts';
import type { GatewayOptions } from '../apigateway/server/options.ts';
import { gatewayOptions } from './gateway/options.ts';
import { untilSignal } from './until-signal.ts';

// `npm run gateway -- gateway.json`: the gateway by itself, with no database and no functions of ours, in front of
// functions behind URLs. Settings and secrets come from the environment as for the gateway of a deployment, but that it
// listens on this machine alone unless HOST says more. docs/migrating.md is its manual.
const [, , file = 'gateway.json'] = process.argv;
const { gateway, websockets } = await untilSignal(async () => {
  const { websockets = [], ...others } = JSON.parse(readFileSync(file, 'utf8')) as GatewayOptions;
  const environment = { ...process.env, HOST: process.env.HOST || '127.0.0.1' };
  const gateway = await startGateway(gatewayOptions({ ...others, websockets }, environment, []));
  return { gateway, websockets, stop: () => gateway.close() };
});
for (const { path, apiId } of websockets) {
  console.log(`${gateway.url.replace('http', 'ws')}${path}, send-back URL ${gateway.sendBackUrl(apiId)}`);
}
console.log('ready');
