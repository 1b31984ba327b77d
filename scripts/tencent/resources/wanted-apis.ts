import type { CreateApiRequest } from 'tencentcloud-sdk-nodejs/tencentcloud/services/apigateway/v20180808/apigateway_models.js';
import type { FunctionSettings, HttpEvent, Settings, WebSocketApi } from '../service/settings.ts';

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

/** The APIs of a stage: one for each function with an `http` event, and one for each WebSocket. */
export function apisOf({ functions, websockets }: Settings): WantedApi[] {
  const http = functions.flatMap(each => (each.http === undefined ? [] : [httpApi(each, each.http)]));
  return [...http, ...websockets.map(webSocketApi)];
}

function webSocketApi({ name, path, ...functions }: WebSocketApi): WantedApi {
  const target = (role: 'Register' | 'Transport' | 'Cleanup', functionName: string) => ({
    [`ServiceWebsocket${role}FunctionName`]: functionName,
    [`ServiceWebsocket${role}FunctionNamespace`]: 'default',
    [`ServiceWebsocket${role}FunctionQualifier`]: '$LATEST',
  });
  return {
    name,
    request: {
      ServiceType: 'SCF',
      Protocol: 'WEBSOCKET',
      // The idle limit of a connection too; at most 1,800 s. Clients ping every 240 s.
      ServiceTimeout: 900,
      RequestConfig: { Path: path, Method: 'GET' },
      AuthType: 'NONE',
      ...target('Register', functions.register),
      ...target('Transport', functions.transport),
      ...target('Cleanup', functions.cleanup),
    },
  };
}

function httpApi({ key, name, timeout }: FunctionSettings, { method, path }: HttpEvent): WantedApi {
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
