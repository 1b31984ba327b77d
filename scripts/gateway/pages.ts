import { type Gateway, startGateway } from '../../apigateway/server/gateway.ts';
import { untilSignal } from '../until-signal.ts';
import { readConfiguration } from './configuration.ts';
import { gatewayOptions } from './options.ts';

// The pages as a web function of their own: a gateway that serves files and nothing else. It has no functions and no
// database, so it is given none of the secrets.
void untilSignal(start);

/** Starts it and gives what stops it. */
async function start(): Promise<{ stop(): Promise<void> }> {
  // Paths in gateway.json are those of the package.
  process.chdir(__dirname);
  const { close, url }: Gateway = await startGateway(gatewayOptions(readConfiguration('gateway.json'), process.env));
  console.log(`ready ${url}`);
  return { stop: close };
}
