import type { Context } from './context.ts';
import { readDeployed } from './deployed.ts';
import { masked } from './environment.ts';
import { kilobytes } from './packages.ts';
import { readUrls } from './triggers.ts';

/** Shows what the stage has: functions, their states, sizes, addresses and variables, secrets hidden. */
export async function info(context: Context): Promise<void> {
  const { settings, cloud, out } = context;
  const { functions } = await readDeployed(context);
  out.end();
  out.answer(
    `service ${settings.service}, stage ${settings.stage}, region ${cloud.access.region}, gateway ${settings.mode}`,
  );
  if (functions.size === 0) out.answer('nothing is deployed');
  for (const name of [...functions.keys()].toSorted()) {
    const found = functions.get(name);
    if (found === undefined) continue;
    const { status, codeSize, variables, triggers } = found;
    out.answer(`${name}: ${status}, ${kilobytes(codeSize)}, code ${found.marks?.code ?? 'unknown'}`);
    const urls = readUrls(triggers);
    if (urls !== undefined) out.answer(`  ${urls.http}${urls.webSocket === undefined ? '' : `  ${urls.webSocket}`}`);
    for (const { type, description } of triggers) if (type === 'timer') out.answer(`  timer ${description}`);
    for (const [key, value] of Object.entries(masked(variables))) out.answer(`  ${key}=${value}`);
  }
}
