import type { Context } from '../tencent/context.ts';
import { DeployError } from '../tencent/failures.ts';
import { findFunction } from '../tencent/service/settings.ts';
import { deployCodeAndTriggers } from '../tencent/steps/deploy-code.ts';
import { addressesFor } from './addresses.ts';
import { type DeployOptions, prepare } from './prepare.ts';
import type { OrderingSettings } from './settings.ts';
import { tryBeside } from './try-beside.ts';

/**
 * Brings one function up to date, code, configuration and what calls it; everything else stays.
 * @throws DeployError when the stage is not deployed yet
 */
export async function deployFunction(
  context: Context<OrderingSettings>,
  key: string,
  options: DeployOptions,
): Promise<void> {
  const { settings, out } = context;
  const each = findFunction(settings, key);
  const work = await prepare(context, [each], options);
  if (!work.deployed.functions.has(each.name))
    throw new DeployError(`${each.name} is not deployed yet: run \`npx sls deploy\` first`);
  await tryBeside(work, [each]);
  await deployCodeAndTriggers(work, each, addressesFor(work, each));
  out.end();
  if (out.changes === 0) out.line(`nothing to change: ${key} is as it should be`);
}
