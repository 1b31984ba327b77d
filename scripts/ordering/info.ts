import type { Context } from '../tencent/context.ts';
import { readApiGateway } from '../tencent/resources/api-gateway.ts';
import type { Deployed } from '../tencent/resources/deployed.ts';
import { unlessGone } from '../tencent/resources/leaving-api-gateway.ts';
import { knownUrls } from '../tencent/resources/triggers.ts';
import { isGateway } from '../tencent/service/settings.ts';
import { type Addresses, apiGatewayAddresses, webFunctionAddresses } from './addresses.ts';
import type { OrderingSettings } from './settings.ts';

/** Says where everything is; nothing as long as the deployment is not complete. */
export async function sayAddresses(context: Context<OrderingSettings>, deployed: Deployed): Promise<void> {
  const addresses = await addressesOf(context, deployed);
  if (addresses === undefined) return;
  const { pages, bill, getShopInfo, webSocket } = addresses;
  context.out.answer(`pages ${pages}/order.html  ${pages}/shop.html`);
  context.out.answer(`bill ${bill}\nget_shop_info ${getShopInfo}\nWebSocket ${webSocket}`);
}

/** `undefined` as long as the deployment is not complete. */
async function addressesOf(
  { cloud, settings, out }: Context<OrderingSettings>,
  { functions }: Deployed,
): Promise<Addresses | undefined> {
  if (settings.mode === 'apigateway') {
    const gateway = await unlessGone(out, readApiGateway(cloud, settings));
    return gateway && apiGatewayAddresses(settings, gateway);
  }
  const urls = knownUrls(settings.functions, functions);
  const gateway = settings.functions.find(isGateway);
  if (gateway === undefined || ![gateway.key, 'bill', 'get_shop_info'].every(key => urls.has(key))) return undefined;
  return webFunctionAddresses({ settings, urls }, gateway);
}
