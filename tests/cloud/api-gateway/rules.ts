import { ApiError } from '../api-error.ts';
import type { ApiSettings } from './parameters.ts';

/**
 * Checks an API against the others of its service and against the functions there are.
 * @throws ApiError `MissingParameter`, `InvalidParameterValue`
 */
export function checkApi(settings: ApiSettings, others: ApiSettings[], hasFunction: (name: string) => boolean): void {
  const { Protocol, RequestConfig } = settings;
  const { Path, Method } = RequestConfig;
  const isTaken = others.some(({ RequestConfig: { Path: path, Method: method } }) => {
    return path === Path && (method === Method || method === 'ANY' || Method === 'ANY');
  });
  if (isTaken) throw new ApiError('InvalidParameterValue', `There is an API for ${Method} ${Path} already.`);
  for (const name of functionsOf(settings)) {
    if (name === undefined) throw new ApiError('MissingParameter', 'The request is missing the name of a function.');
    if (!hasFunction(name)) throw new ApiError('InvalidParameterValue', `The function ${name} does not exist.`);
  }
  if (Protocol === 'WEBSOCKET' && Method !== 'GET') {
    throw new ApiError('InvalidParameterValue', 'A WebSocket API has the method GET.');
  }
}

function functionsOf(settings: ApiSettings): (string | undefined)[] {
  if (settings.Protocol === 'HTTP') return [settings.ServiceScfFunctionName];
  const { ServiceWebsocketRegisterFunctionName: register, ServiceWebsocketTransportFunctionName: transport } = settings;
  return [register, transport, settings.ServiceWebsocketCleanupFunctionName];
}
