import { startAws } from './aws/local.ts';
import { buildWhereNeeded } from './local/build.ts';
import { localOptions } from './local/options.ts';
import { printLinks } from './local/serve.ts';
import { untilSignal } from './until-signal.ts';

// `npm run start:aws`: the AWS variant on this machine, without an account. Stops on SIGINT or SIGTERM.
const system = await untilSignal(async asked => {
  const options = localOptions(process.env);
  await buildWhereNeeded();
  asked.throwIfAborted();
  return startAws(options);
});
const { ordering, chat } = system;
printLinks(system);
console.log(`HTTP API ${ordering.url}, WebSocket APIs ${ordering.websocketUrl} and ${chat.websocketUrl}`);
console.log('ready: the functions run under serverless-offline. Ctrl-C stops.');
