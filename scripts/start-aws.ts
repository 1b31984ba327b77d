import { startAws } from './aws/local.ts';
import { buildAll } from './bundles.ts';
import { localOptions } from './local/options.ts';
import { needsBuild } from './local/sources.ts';

// `npm run start:aws`: the AWS variant on this machine, without an account. Stops on SIGINT or SIGTERM.
const stopping = new Promise<void>(resolve => {
  process.on('SIGINT', () => resolve());
  process.on('SIGTERM', () => resolve());
});
try {
  if (needsBuild()) await buildAll();
  const { url, ordering, chat, keys, stop } = await startAws(localOptions(process.env));
  console.log(`${url}/order.html`);
  for (const [shop, key] of Object.entries(keys)) console.log(`${url}/shop.html#shop=${shop}&key=${key}`);
  console.log(`${url}/chat.html`);
  console.log(`HTTP API ${ordering.url}, WebSocket APIs ${ordering.websocketUrl} and ${chat.websocketUrl}`);
  console.log('ready: the functions run under serverless-offline. Ctrl-C stops.');
  await stopping;
  await stop();
  process.exit(0);
} catch (error) {
  console.error(`cannot start: ${error instanceof Error ? error.message : String(error)}`);
  process.exit(1);
}
