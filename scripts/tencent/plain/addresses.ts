import type { Context } from '../context.ts';
import { readApiGateway } from '../resources/api-gateway.ts';
import { unlessGone } from '../resources/leaving-api-gateway.ts';
import { type KnownUrls, webSocketOf } from '../resources/triggers.ts';
import { gatewayKey, type PlainSettings } from './settings.ts';

/** Says under which addresses the functions and the WebSockets are reached. */
export async function sayAddresses({ cloud, settings, out }: Context<PlainSettings>, urls: KnownUrls): Promise<void> {
  const service = settings.mode === 'apigateway' ? await unlessGone(out, readApiGateway(cloud, settings)) : undefined;
  for (const { key, http } of settings.functions) {
    const base = service?.http ?? urls.get(key)?.http;
    if (http !== undefined && base !== undefined) out.answer(`${key} ${http.method} ${base}${http.path}`);
  }
  const own = urls.get(gatewayKey);
  for (const { name, path } of settings.websockets) {
    const url = service?.webSockets[name] ?? (own && `${webSocketOf(own)}${path}`);
    if (url !== undefined) out.answer(`websocket ${url}`);
  }
}
