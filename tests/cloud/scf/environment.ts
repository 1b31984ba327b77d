import path from 'node:path';
import type { DeployedFunction } from './deployed-function.ts';

/** Where functions run. */
export interface Place {
  region: string;
  appId: string;
  /** What a function with a role may call the API with. */
  roleKey: RoleKey;
}

/** The temporary key of a role. */
export interface RoleKey {
  secretId: string;
  secretKey: string;
  token: string;
}

/** What a function's process finds in its environment: its own variables, and the platform's. */
export function environmentOf(
  { name, namespace, settings }: DeployedFunction,
  { region, appId, roleKey }: Place,
): Record<string, string> {
  return {
    ...settings.environment,
    PATH: `${path.dirname(process.execPath)}:/usr/local/bin:/usr/bin:/bin`,
    SCF_FUNCTIONNAME: name,
    SCF_FUNCTIONVERSION: '$LATEST',
    SCF_NAMESPACE: namespace,
    SCF_RUNTIME: settings.runtime,
    TENCENTCLOUD_APPID: appId,
    TENCENTCLOUD_REGION: region,
    TENCENTCLOUD_RUNENV: 'SCF',
    TENCENTCLOUD_UIN: '100000000001',
    ...(settings.role === ''
      ? {}
      : {
          TENCENTCLOUD_SECRETID: roleKey.secretId,
          TENCENTCLOUD_SECRETKEY: roleKey.secretKey,
          TENCENTCLOUD_SESSIONTOKEN: roleKey.token,
        }),
  };
}

/** The second argument of a handler (583/9210), but for `getRemainingTimeInMillis`. */
export function contextOf(
  { name, namespace, settings }: DeployedFunction,
  requestId: string,
  { region, appId }: Place,
): object {
  return {
    callbackWaitsForEmptyEventLoop: true,
    memory_limit_in_mb: settings.memoryMb,
    time_limit_in_ms: settings.timeoutSeconds * 1000,
    request_id: requestId,
    environment: JSON.stringify(settings.environment),
    environ: Object.entries(settings.environment)
      .map(([key, value]) => `${key}=${value}`)
      .join(';'),
    function_version: '$LATEST',
    function_name: name,
    namespace,
    tencentcloud_region: region,
    tencentcloud_appid: appId,
    tencentcloud_uin: '100000000001',
  };
}
