import { untilSignal } from '../until-signal.ts';
import { networkAddresses } from './network-addresses.ts';
import { localOptions } from './options.ts';
import { type LocalSystem, startLocalSystem } from './system.ts';

/** Builds, starts everything, prints the links and stops on SIGINT or SIGTERM; see `untilSignal`. */
export async function serve(build: () => Promise<unknown>): Promise<LocalSystem> {
  let host = '';
  const system = await untilSignal(async asked => {
    const options = localOptions(process.env);
    ({ host } = options);
    await build();
    asked.throwIfAborted();
    return startLocalSystem(options);
  });
  printLinks(system, host);
  console.log('ready: open the first link to order, the shops’ to see the order arrive. Ctrl-C stops.');
  return system;
}

/** Each link stands on a line of its own, below a line that says whose it is; the shops' hold their keys. */
export function printLinks({ url, keys }: { url: string; keys: Record<string, string> }, host = '127.0.0.1'): void {
  printLink('Customers order here:', `${url}/order.html`);
  for (const [shop, key] of Object.entries(keys))
    printLink(
      `The screen of ${shop}, for whoever runs it (the link holds its key):`,
      `${url}/shop.html#shop=${shop}&key=${key}`,
    );
  printLink('A chat room:', `${url}/chat.html`);
  for (const address of host === '0.0.0.0' || host === '::' ? networkAddresses() : [])
    printLink(
      'The same from a phone on this network (any of the links, with this address):',
      `http://${address}:${new URL(url).port}/order.html`,
    );
}

function printLink(label: string, link: string): void {
  console.log(label);
  console.log(link);
}
