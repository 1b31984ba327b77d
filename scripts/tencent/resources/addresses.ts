import type { Context } from '../context.ts';
import { DeployError } from '../failures.ts';
import { type FunctionSettings, isGateway, type Settings, servesPages } from '../service/settings.ts';
import type { Deployed } from './deployed.ts';
import { type FunctionUrls, readUrls } from './triggers.ts';

/** Where the deployed thing is. */
export interface Addresses {
  bill: string;
  getShopInfo: string;
  webSocket: string;
  /** Origin of the pages, without a slash at the end. */
  pages: string;
}

/** Function URLs as far as they are known, by the function's key. */
export interface Known {
  settings: Settings;
  urls: Map<string, FunctionUrls>;
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
export function addressesElsewhere(mode: Settings['mode'], { bill, getShopInfo, webSocket }: Addresses) {
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

/** Where WebSockets are opened, without a path. */
export function webSocketOf(urls: FunctionUrls | undefined): string {
  return urls?.webSocket ?? urls?.http.replace(/^http/, 'ws') ?? '';
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
  { bucket }: Settings,
  { http, webSocket }: { http: string; webSocket: string },
): Addresses {
  return { bill: `${http}/bill`, getShopInfo: `${http}/get_shop_info`, webSocket, pages: bucket?.domain ?? '' };
}

/** The addresses of what is deployed already. */
export function knownUrls(functions: FunctionSettings[], { functions: found }: Deployed): Map<string, FunctionUrls> {
  const known = functions.map(({ key, name }) => [key, readUrls(found.get(name)?.triggers ?? [])] as const);
  return new Map(known.flatMap(([key, urls]) => (urls === undefined ? [] : [[key, urls] as const])));
}

/** Prints the links that a deployment ends with; those of shops only while their keys are known. */
export function sayLinks({ settings, out }: Context, addresses: Addresses, keys: Record<string, string>): void {
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
