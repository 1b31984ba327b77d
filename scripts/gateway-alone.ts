import { startGateway } from '../apigateway/server/gateway.ts';
import { given } from '../functions/runtime/environment.ts';
import { readConfiguration } from './gateway/configuration.ts';
import { gatewayOptions } from './gateway/options.ts';
import { untilSignal } from './until-signal.ts';

// `npm run gateway -- gateway.json`: the gateway by itself, with no database and no functions of ours, in front of
// functions behind URLs. Settings and secrets come from the environment as for the gateway of a deployment, but that it
// listens on this machine alone unless HOST says more. docs/migrating.md is its manual.
const [, , file = 'gateway.json'] = process.argv;
const { gateway, websockets } = await untilSignal(async () => {
  const { websockets = [], ...others } = readConfiguration(file);
  const environment = { ...process.env, HOST: given('HOST') ?? '127.0.0.1' };
  const gateway = await startGateway(gatewayOptions({ ...others, websockets }, environment));
  return { gateway, websockets, stop: () => gateway.close() };
});
for (const { path, apiId } of websockets) {
  console.log(`${gateway.url.replace('http', 'ws')}${path}, send-back URL ${gateway.sendBackUrlToPaste(apiId)}`);
}
console.log('ready');
