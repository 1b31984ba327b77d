import type { CreateApiRequest } from 'tencentcloud-sdk-nodejs/tencentcloud/services/apigateway/v20180808/apigateway_models.js';
import type { FunctionSettings, Settings } from '../service/settings.ts';

/** Where clients open a WebSocket, below the environment's path. */
export const webSocketPath = '/pgws';

/** An API as it shall be. */
export interface WantedApi {
  name: string;
  /** What CreateApi and ModifyApi take alike. */
  request: Pick<
    CreateApiRequest,
    | 'ServiceType'
    | 'Protocol'
    | 'ServiceTimeout'
    | 'RequestConfig'
    | 'AuthType'
    | 'EnableCORS'
    | `ServiceScf${'FunctionName' | 'FunctionNamespace' | 'FunctionQualifier' | 'FunctionType' | 'IsIntegratedResponse'}`
    | `ServiceWebsocket${'Register' | 'Transport' | 'Cleanup'}Function${'Name' | 'Namespace' | 'Qualifier'}`
  >;
}

/** The APIs of a stage: one for each function with an `http` event, and the WebSocket. */
export function apisOf({ functions }: Settings): WantedApi[] {
  const http = functions.flatMap(each => (each.http === undefined ? [] : [httpApi(each, each.http)]));
  const named = (role: string) => functions.find(({ websocket }) => websocket === role)?.name ?? '';
  const qualified = { Namespace: 'default', Qualifier: '$LATEST' };
  const target = (role: 'Register' | 'Transport' | 'Cleanup') => ({
    [`ServiceWebsocket${role}FunctionName`]: named(role.toLowerCase()),
    [`ServiceWebsocket${role}FunctionNamespace`]: qualified.Namespace,
    [`ServiceWebsocket${role}FunctionQualifier`]: qualified.Qualifier,
  });
  const webSocket = {
    name: 'pgws',
    request: {
      ServiceType: 'SCF',
      Protocol: 'WEBSOCKET',
      // The idle limit of a connection too; at most 1,800 s. Clients ping every 240 s.
      ServiceTimeout: 900,
      RequestConfig: { Path: webSocketPath, Method: 'GET' },
      AuthType: 'NONE',
      ...target('Register'),
      ...target('Transport'),
      ...target('Cleanup'),
    },
  };
  return [...http, webSocket];
}

function httpApi(
  { key, name, timeout }: FunctionSettings,
  { method, path }: { method: string; path: string },
): WantedApi {
  return {
    name: key,
    request: {
      ServiceType: 'SCF',
      Protocol: 'HTTP',
      ServiceTimeout: timeout,
      RequestConfig: { Path: path, Method: method },
      AuthType: 'NONE',
      EnableCORS: true,
      ServiceScfFunctionName: name,
      ServiceScfFunctionNamespace: 'default',
      ServiceScfFunctionQualifier: '$LATEST',
      ServiceScfFunctionType: 'EVENT',
      ServiceScfIsIntegratedResponse: true,
    },
  };
}
