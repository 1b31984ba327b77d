import type { FunctionUrls } from '../resources/triggers.ts';
import type { Variables } from '../service/environment.ts';
import type { FunctionSettings } from '../service/settings.ts';
import type { PlainSettings } from './settings.ts';

/**
 * The variables of one function: what serverless.yml says, and where to push: `SEND_BACK_URL`, where its service has one
 * WebSocket, or where it is behind one of several. The gateway gets what it needs instead.
 */
export function variablesOf(
  each: FunctionSettings,
  settings: PlainSettings,
  sendBackUrls: Readonly<Record<string, string>>,
  { secret, endpoint }: { secret: string; endpoint: string | undefined },
): Variables {
  if (each.web !== undefined) {
    return {
      SEND_BACK_SECRET: secret,
      // A connection is closed before the platform cuts it with its own status.
      CONNECTION_SECONDS: String(each.timeout - 20),
      ...(endpoint === undefined ? {} : { API_ENDPOINT: endpoint }),
      ...each.environment,
    };
  }
  const { websockets } = settings;
  const own = websockets.find(api => [api.register, api.transport, api.cleanup].includes(each.name));
  const url = sendBackUrls[(own ?? (websockets.length === 1 ? websockets[0] : undefined))?.name ?? ''];
  return { ...(url === undefined ? {} : { SEND_BACK_URL: url }), ...each.environment };
}

/** Where functions push to through our gateway, by the names of the WebSockets; empty as long as it has no address. */
export function sendBackUrlsOf(
  { websockets }: PlainSettings,
  gateway: FunctionUrls | undefined,
  secret: string,
): Record<string, string> {
  if (gateway === undefined) return {};
  return Object.fromEntries(websockets.map(({ name }) => [name, `${gateway.http}/send-back/${secret}/${name}`]));
}
