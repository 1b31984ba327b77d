import { eachOf } from '../patience.ts';
import { removeApiGateway } from '../resources/api-gateway.ts';
import { removeFunction } from '../resources/function.ts';
import { mayHaveApiGateway, unlessGone } from '../resources/leaving-api-gateway.ts';
import type { Work } from './deploy-code.ts';

/** Removes what the stage has and serverless.yml does not name any more. */
export async function removeLeftovers({ cloud, settings, deployed, out }: Work): Promise<void> {
  const wanted = new Set(settings.functions.map(({ name }) => name));
  const leftovers = [...deployed.functions.keys()].filter(name => !wanted.has(name));
  // Its functions tell whether the stage ran behind API Gateway before, so they go last.
  const hadGateway = settings.mode === 'webfunction' && mayHaveApiGateway(settings, deployed);
  if (hadGateway && (await unlessGone(out, removeApiGateway(cloud, settings))))
    out.changed('API Gateway service removed');
  await eachOf(leftovers, 4, async name => {
    await removeFunction(cloud, name);
    out.changed(`${name} removed: serverless.yml does not name it any more`);
  });
}
