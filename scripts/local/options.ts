import { hostname } from 'node:os';
import { wrongOptions } from '../../apigateway/server/check-options.ts';
import { isLoopback } from '../../apigateway/server/options.ts';
import { given } from '../../functions/runtime/environment.ts';
import { numberIn } from '../gateway/options.ts';
import { chatOptions } from './chat.ts';
import { networkAddresses } from './network-addresses.ts';
import type { LocalOptions } from './system.ts';

const logLevels = ['debug', 'info', 'warn', 'error'] as const;

/** The options that the environment asks for. @throws Error in words for whoever has set it */
export function localOptions(environment: NodeJS.ProcessEnv): LocalOptions {
  const text = (name: string) => given(name, environment);
  const host = text('HOST') ?? '127.0.0.1';
  const named =
    text('HOSTS')
      ?.split(',')
      .map(each => each.trim()) ?? [];
  const rateLimits = text('RATE_LIMITS');
  if (rateLimits === 'off' && !isLoopback(host)) {
    throw new Error(`RATE_LIMITS=off is for load tests on this machine: it does not go with HOST=${host}`);
  }
  const logLevel = logLevels.find(level => level === (text('LOG_LEVEL') ?? 'warn'));
  if (logLevel === undefined) throw new Error(`LOG_LEVEL must be one of ${logLevels.join(', ')}`);
  const proxies = {
    trustedProxies: numberIn('TRUSTED_PROXIES', text('TRUSTED_PROXIES')),
    addressHeader: text('ADDRESS_HEADER')?.toLowerCase(),
  };
  const isAlone = proxies.trustedProxies === undefined && proxies.addressHeader === undefined;
  const isReached = isAlone && !isLoopback(host);
  return {
    host,
    // A phone on this network asks by one of the machine's addresses, or by its name.
    hosts: [...(isReached ? [...networkAddresses(), hostname(), `${hostname()}.local`] : []), ...named],
    ...proxies,
    imageHosts: imageHosts(text('IMAGE_HOSTS')),
    port: port('PORT', text('PORT'), 8080),
    sendBackPort: port('SEND_BACK_PORT', text('SEND_BACK_PORT'), 0),
    metricsPort: text('METRICS_PORT') === undefined ? undefined : port('METRICS_PORT', text('METRICS_PORT'), 0),
    directory: text('LOCAL_DIRECTORY') ?? '.local',
    databaseUrl: text('DATABASE_URL'),
    rateLimits,
    logLevel,
    chat: chatOptions(environment),
  };
}

function port(name: string, value: string | undefined, fallback: number): number {
  if (value === undefined) return fallback;
  if (/^\d{1,5}$/.test(value) && Number(value) <= 65_535) return Number(value);
  throw new Error(`${name} must be a port, 0 to 65535; it is ${JSON.stringify(value)}`);
}

/** Hosts of images, with commas between. @throws Error that names the variable */
function imageHosts(value = ''): string[] {
  const hosts = value
    .split(',')
    .map(each => each.trim())
    .filter(each => each !== '');
  const fault = wrongOptions({ imageHosts: hosts })[0];
  if (fault === undefined) return hosts;
  throw new Error(`IMAGE_HOSTS ${fault.message}; it is ${JSON.stringify(value)}`);
}
