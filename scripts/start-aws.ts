import { startAws } from './aws/local.ts';
import { buildAll } from './bundles.ts';
import { localOptions } from './local/options.ts';
import { printLinks } from './local/serve.ts';
import { needsBuild } from './local/sources.ts';
import { untilSignal } from './until-signal.ts';

// `npm run start:aws`: the AWS variant on this machine, without an account. Stops on SIGINT or SIGTERM.
const system = await untilSignal(async () => {
  if (needsBuild()) await buildAll();
  return startAws(localOptions(process.env));
});
const { ordering, chat } = system;
printLinks(system);
console.log(`HTTP API ${ordering.url}, WebSocket APIs ${ordering.websocketUrl} and ${chat.websocketUrl}`);
console.log('ready: the functions run under serverless-offline. Ctrl-C stops.');
