import type { Cloud } from './cloud.ts';
import type { Output } from './output.ts';
import type { Settings } from './settings.ts';

/** What every command works with. */
export interface Context {
  settings: Settings;
  cloud: Cloud;
  out: Output;
  /** Of the process: what is not in serverless.yml because it is secret. */
  environment: NodeJS.ProcessEnv;
}

/** Does the same with each, at most `width` at a time: the API allows some calls a second. */
export async function eachOf<Item>(items: Item[], width: number, work: (item: Item) => Promise<void>): Promise<void> {
  const waiting = [...items];
  const worker = async () => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await work(item);
  };
  const results = await Promise.allSettled(Array.from({ length: width }, worker));
  // The others come to their end first, so that nothing is cut in the middle.
  for (const result of results) if (result.status === 'rejected') throw result.reason;
}
