import type { Context } from '../tencent/context.ts';
import { DeployError } from '../tencent/failures.ts';
import type { ApiGatewayAddresses } from '../tencent/resources/api-gateway.ts';
import { type KnownUrls, webSocketOf } from '../tencent/resources/triggers.ts';
import { type FunctionSettings, isGateway } from '../tencent/service/settings.ts';
import { type OrderingSettings, servesPages } from './settings.ts';

/** Where the deployed thing is. */
export interface Addresses {
  bill: string;
  getShopInfo: string;
  webSocket: string;
  /** Origin of the pages, without a slash at the end. */
  pages: string;
}

/** What is known of a stage's addresses. */
export interface Known {
  settings: OrderingSettings;
  urls: KnownUrls;
}

/** What `config.json` of the pages says that the gateway serves; an empty `websocket` is their own host. */
function pageAddresses(known: Known, gateway: FunctionSettings) {
  const own = known.urls.get(gateway.key);
  const isElsewhere = own !== undefined && new URL(webSocketOf(own)).host !== new URL(own.http).host;
  return {
    bill: urlOf(known, 'bill'),
    getShopInfo: urlOf(known, 'get_shop_info'),
    websocket: isElsewhere ? `${webSocketOf(own)}/pgws` : '',
    ...(isElsewhere ? { chat: `${webSocketOf(own)}/chat` } : {}),
  };
}

/** What `config.json` says of pages that are elsewhere than the gateway. */
export function addressesElsewhere(mode: OrderingSettings['mode'], { bill, getShopInfo, webSocket }: Addresses) {
  // Behind API Gateway there is no chat.
  const chat = mode === 'webfunction' ? { chat: webSocket.replace(/\/pgws$/, '/chat') } : {};
  return { bill, getShopInfo, websocket: webSocket, ...chat };
}

/** What the pages in a function's package are told; `undefined`: it has none, or not all is known yet. */
export function addressesFor(known: Known, each: FunctionSettings): object | undefined {
  const gateway = known.settings.functions.find(isGateway);
  const areKnown = ['bill', 'get_shop_info'].every(key => known.urls.has(key));
  if (each.web === undefined || gateway === undefined || !areKnown) return undefined;
  if (isGateway(each)) return pageAddresses(known, each);
  if (!known.urls.has(gateway.key)) return undefined;
  return addressesElsewhere('webfunction', webFunctionAddresses(known, gateway));
}

/**
 * The address of a function with its path.
 * @throws DeployError when it has none
 */
function urlOf({ urls, settings }: Known, key: string): string {
  const url = urls.get(key);
  if (url === undefined) throw new DeployError(`functions.${key} has no \`http\` event, so nobody could call it`);
  return `${url.http}${settings.functions.find(each => each.key === key)?.http?.path ?? ''}`;
}

/** Where everything is, with the gateway as a web function. @throws DeployError when a function has no address */
export function webFunctionAddresses(known: Known, gateway: FunctionSettings): Addresses {
  const own = known.urls.get(gateway.key);
  return {
    bill: urlOf(known, 'bill'),
    getShopInfo: urlOf(known, 'get_shop_info'),
    webSocket: `${webSocketOf(own)}/pgws`,
    pages: known.settings.bucket?.domain ?? pagesOrigin(known) ?? own?.http ?? '',
  };
}

/** Of the function that is there for the pages alone, if there is one and it has its address. */
export function pagesOrigin({ settings, urls }: Known): string | undefined {
  return urls.get(settings.functions.find(servesPages)?.key ?? '')?.http;
}

/** The same behind API Gateway. */
export function apiGatewayAddresses(
  { bucket }: OrderingSettings,
  { http, webSockets }: Pick<ApiGatewayAddresses, 'http' | 'webSockets'>,
): Addresses {
  const pages = bucket?.domain ?? '';
  return { bill: `${http}/bill`, getShopInfo: `${http}/get_shop_info`, webSocket: webSockets.pgws ?? '', pages };
}

/** Prints the links that a deployment ends with; those of shops only while their keys are known. */
export function sayLinks(
  { settings, out }: Context<OrderingSettings>,
  addresses: Addresses,
  keys: Record<string, string>,
): void {
  const { pages, bill, getShopInfo, webSocket } = addresses;
  out.answer(`${pages}/order.html`);
  for (const [shop, key] of Object.entries(keys)) out.answer(`${pages}/shop.html#shop=${shop}&key=${key}`);
  if (Object.keys(keys).length === 0) {
    out.answer(`${pages}/shop.html`);
    out.line(
      `keys of shops are shown once; a new one: npx sls invoke --stage ${settings.stage} -f init_db -d '{"rotateKeys":["shop1"]}'`,
    );
  }
  out.line(`bill ${bill}\nget_shop_info ${getShopInfo}\nWebSocket ${webSocket}`);
}
