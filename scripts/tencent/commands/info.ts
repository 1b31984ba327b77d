import type { Context } from '../context.ts';
import { type Deployed, readDeployed } from '../resources/deployed.ts';
import { readUrls } from '../resources/triggers.ts';
import { masked } from '../service/environment.ts';
import { kilobytes } from '../service/packages.ts';
import type { Settings } from '../service/settings.ts';

/**
 * Shows what the stage has: functions, their states, sizes and variables, secrets hidden; and where everything is, which
 * `sayAddresses` knows.
 */
export async function info<Stage extends Settings>(
  context: Context<Stage>,
  sayAddresses: (context: Context<Stage>, deployed: Deployed) => Promise<void>,
): Promise<void> {
  const { settings, cloud, out } = context;
  const deployed = await readDeployed(context);
  const { functions } = deployed;
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
  await sayAddresses(context, deployed);
}
