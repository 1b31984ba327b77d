import { parseOptions } from '../../apigateway/server/check-options.ts';
import type { GatewayOptions } from '../../apigateway/server/options.ts';
import { problemsOfEnvironment } from '../../functions/runtime/environment.ts';
import { gatewayOptions } from '../gateway/options.ts';
import type { Variables } from '../tencent/service/environment.ts';
import type { FunctionSettings } from '../tencent/service/settings.ts';
import type { PackageFile } from '../tencent/service/zip.ts';

/**
 * What a function would end with at its start, or what would make it useless in SCF, given these variables: said by the
 * parsers that it uses itself, before anything is changed. `files` are those of its package.
 */
export function problemsOfValues(each: FunctionSettings, variables: Variables, files: PackageFile[]): string[] {
  const { DATABASE_URL } = variables;
  const database = DATABASE_URL === undefined ? undefined : noPostgresUrl(DATABASE_URL);
  return [
    ...problemsOfEnvironment(variables),
    ...(database === undefined ? [] : [`DATABASE_URL: ${database}`]),
    ...(each.web === undefined ? [] : [...problemsOfGateway(variables, files), ...problemsOfPlatform(each, variables)]),
  ];
}

/** What is said of a text that is no URL of a PostgreSQL. */
export function noPostgresUrl(text: string): string | undefined {
  if (URL.canParse(text) && /^postgres(ql)?:$/.test(new URL(text).protocol)) return undefined;
  return 'is no PostgreSQL URL; it looks like postgres://user:password@host:5432/name (encode special characters of the password)';
}

/** What the gateway says at its start of its `gateway.json` and its variables. */
function problemsOfGateway(variables: Variables, files: PackageFile[]): string[] {
  const file = files.find(({ path }) => path === 'gateway.json');
  try {
    const configured = JSON.parse(file?.bytes.toString('utf8') ?? '{}') as GatewayOptions;
    parseOptions(gatewayOptions(configured, variables));
    return [];
  } catch (error) {
    return (error as Error).message.split('\n');
  }
}

/** SCF calls a web function at one address, and cuts its connections with the time-out. */
function problemsOfPlatform(
  { timeout }: FunctionSettings,
  { HOST = '0.0.0.0', PORT = '9000', CONNECTION_SECONDS = '' }: Variables,
): string[] {
  const seconds = Number(CONNECTION_SECONDS);
  return [
    ...(HOST === '0.0.0.0' && PORT === '9000'
      ? []
      : ['HOST and PORT: SCF calls a web function at 0.0.0.0:9000 alone, so leave them out']),
    ...(seconds <= 0 || seconds >= timeout
      ? [`CONNECTION_SECONDS must be from 1 to ${timeout - 1}: SCF cuts a connection with the time-out, ${timeout} s`]
      : []),
  ];
}
