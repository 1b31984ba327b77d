import type { Context } from '../context.ts';
import { type Addresses, apiGatewayAddresses, knownUrls, webFunctionAddresses } from '../resources/addresses.ts';
import { readApiGateway } from '../resources/api-gateway.ts';
import { type Deployed, readDeployed } from '../resources/deployed.ts';
import { unlessGone } from '../resources/leaving-api-gateway.ts';
import { readUrls } from '../resources/triggers.ts';
import { masked } from '../service/environment.ts';
import { kilobytes } from '../service/packages.ts';
import { isGateway } from '../service/settings.ts';

/** Shows what the stage has: functions, their states, sizes and variables, secrets hidden; and where everything is. */
export async function info(context: Context): Promise<void> {
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
  const addresses = await addressesOf(context, deployed);
  if (addresses === undefined) return;
  const { pages, bill, getShopInfo, webSocket } = addresses;
  out.answer(`pages ${pages}/order.html  ${pages}/shop.html`);
  out.answer(`bill ${bill}\nget_shop_info ${getShopInfo}\nWebSocket ${webSocket}`);
}

/** `undefined` as long as the deployment is not complete. */
async function addressesOf({ cloud, settings, out }: Context, deployed: Deployed): Promise<Addresses | undefined> {
  if (settings.mode === 'apigateway') {
    const gateway = await unlessGone(out, readApiGateway(cloud, settings));
    return gateway && apiGatewayAddresses(settings, gateway);
  }
  const urls = knownUrls(settings.functions, deployed);
  const gateway = settings.functions.find(isGateway);
  if (gateway === undefined || ![gateway.key, 'bill', 'get_shop_info'].every(key => urls.has(key))) return undefined;
  return webFunctionAddresses({ settings, urls }, gateway);
}
