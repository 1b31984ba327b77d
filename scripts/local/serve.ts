import { untilSignal } from '../until-signal.ts';
import { localOptions } from './options.ts';
import { type LocalSystem, startLocalSystem } from './system.ts';

/** Starts everything, prints the links and stops on SIGINT or SIGTERM; see `untilSignal`. */
export async function serve(): Promise<LocalSystem> {
  const system = await untilSignal(() => startLocalSystem(localOptions(process.env)));
  printLinks(system);
  console.log('ready: open the first link to order, the shops’ to see the order arrive. Ctrl-C stops.');
  return system;
}

/** One line for each page; the shops' hold their keys. */
export function printLinks({ url, keys }: { url: string; keys: Record<string, string> }): void {
  console.log(`${url}/order.html`);
  for (const [shop, key] of Object.entries(keys)) console.log(`${url}/shop.html#shop=${shop}&key=${key}`);
  console.log(`${url}/chat.html`);
}
