import type { Context } from '../context.ts';
import { eachOf } from '../patience.ts';
import { secretsIn, type Variables } from '../service/environment.ts';
import { listFunctions, notOurs, type PresentFunction, readFunction } from './scf.ts';

/** What the stage has in SCF. */
export interface Deployed {
  /** By name in the cloud; those that serverless.yml does not name any more are here too. */
  functions: Map<string, PresentFunction>;
  /** What the functions share, as far as any of them holds it. */
  variables: Variables;
}

/**
 * Reads all functions of the stage: one list, one read each. Their secrets are hidden in all output from then on.
 * @throws DeployError when a name that the stage wants is taken by somebody else's function
 */
export async function readDeployed({ cloud, settings, out }: Context): Promise<Deployed> {
  const listed = await listFunctions(cloud, settings);
  const wanted = settings.functions.map(({ name }) => name);
  const functions = new Map<string, PresentFunction>();
  await eachOf([...new Set([...listed, ...wanted])], 6, async name => {
    const found = await readFunction(cloud, name);
    if (found === undefined) return;
    if (found.marks?.deployment !== settings.deployment) throw notOurs(name);
    functions.set(name, found);
  });
  const variables: Variables = {};
  for (const name of [...functions.keys()].toSorted()) {
    const own = functions.get(name)?.variables ?? {};
    out.hide(secretsIn(own));
    for (const [key, value] of Object.entries(own)) variables[key] ??= value;
  }
  return { functions, variables };
}
