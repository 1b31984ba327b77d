import { pageAddresses } from './addresses.ts';
import { bringFunction } from './bring-function.ts';
import type { Context } from './context.ts';
import { DeployError } from './failures.ts';
import { type DeployOptions, prepare } from './prepare.ts';

/**
 * Brings one function up to date, code, configuration and what calls it; everything else stays.
 * @throws DeployError when the stage is not deployed yet
 */
export async function deployFunction(context: Context, key: string, options: DeployOptions): Promise<void> {
  const { settings, out } = context;
  const each = settings.functions.find(one => one.key === key);
  if (each === undefined)
    throw new DeployError(
      `there is no function ${key} in mode ${settings.mode}; there are ${settings.functions.map(one => one.key).join(', ')}`,
    );
  const work = await prepare(context, [each], options);
  if (!work.deployed.functions.has(each.name))
    throw new DeployError(`${each.name} is not deployed yet: run \`npx sls deploy\` first`);
  await bringFunction(work, each, each.web === undefined ? undefined : pageAddresses(work, each));
  out.end();
  if (out.changes === 0) out.line(`nothing to change: ${key} is as it should be`);
}
