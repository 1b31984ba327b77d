import { localOptions } from './options.ts';
import { type LocalSystem, startLocalSystem } from './system.ts';

/**
 * Starts everything, prints the links and stops on SIGINT or SIGTERM with exit code 0. What goes wrong at the start is
 * said in one line, exit code 1.
 */
export async function serve(): Promise<LocalSystem> {
  let asked = false;
  let system: LocalSystem | undefined;
  const stop = async () => {
    // While starting, only remember it: what is half started cannot be stopped cleanly.
    if (asked || system === undefined) {
      asked = true;
      return;
    }
    asked = true;
    await system.stop();
    process.exit(0);
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  try {
    system = await startLocalSystem(localOptions(process.env));
  } catch (error) {
    console.error(`cannot start: ${error instanceof Error ? error.message : String(error)}`);
    process.exit(1);
  }
  if (asked) {
    asked = false;
    await stop();
  }
  const { url, keys } = system;
  console.log(`${url}/order.html`);
  for (const [shop, key] of Object.entries(keys)) console.log(`${url}/shop.html#shop=${shop}&key=${key}`);
  console.log(`${url}/chat.html`);
  console.log('ready: open the first link to order, the others to see the order arrive. Ctrl-C stops.');
  return system;
}
