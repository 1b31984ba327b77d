import { wrongOptions } from '../../apigateway/server/check-options.ts';
import { type GatewayOptions, isLoopback } from '../../apigateway/server/options.ts';
import { given } from '../../functions/runtime/environment.ts';

/** The variables that set an option as it is, by the option. */
const variables: { [Option in keyof GatewayOptions]?: string } = {
  host: 'HOST',
  port: 'PORT',
  hosts: 'HOSTS',
  imageHosts: 'IMAGE_HOSTS',
  origins: 'ORIGINS',
  corsOrigins: 'ORIGINS',
  trustedProxies: 'TRUSTED_PROXIES',
  addressHeader: 'ADDRESS_HEADER',
  sendBackHost: 'SEND_BACK_HOST',
  sendBackPort: 'SEND_BACK_PORT',
  sendBackSecret: 'SEND_BACK_SECRET',
  sendBackSecretBefore: 'SEND_BACK_SECRET_BEFORE',
  signingSecret: 'SIGNING_SECRET',
  signingSecretBefore: 'SIGNING_SECRET_BEFORE',
  metricsHost: 'METRICS_HOST',
  metricsPort: 'METRICS_PORT',
  metricsSecret: 'METRICS_SECRET',
  outboundLimit: 'OUTBOUND_LIMITS',
  connectionSeconds: 'CONNECTION_SECONDS',
  connectionsPerAddress: 'CONNECTIONS_PER_ADDRESS',
  stopCode: 'STOP_CODE',
  logLevel: 'LOG_LEVEL',
};

/**
 * What `gateway.json` says, with what the environment says of this deployment.
 * @throws Error that names every variable whose value is wrong
 */
export function gatewayOptions(configured: GatewayOptions, environment: NodeJS.ProcessEnv): GatewayOptions {
  const text = (name: string) => given(name, environment);
  const number = (name: string) => numberIn(name, text(name));
  const host = text('HOST') ?? configured.host ?? '0.0.0.0';
  const isUnlimited = text('RATE_LIMITS') === 'off';
  if (isUnlimited && !isLoopback(host)) {
    throw new Error(`RATE_LIMITS=off is for load tests on one machine: it does not go with HOST=${host}`);
  }
  const origins = listIn(text('ORIGINS'));
  const isAlone =
    (number('TRUSTED_PROXIES') ?? configured.trustedProxies) === undefined &&
    (text('ADDRESS_HEADER') ?? configured.addressHeader) === undefined;
  const hosts = listIn(text('HOSTS')) ?? configured.hosts;
  const ofEnvironment = defined({
    host,
    port: number('PORT') ?? configured.port ?? 8080,
    timers: isOn('TIMERS', text('TIMERS')) ? configured.timers : [],
    // With a proxy before it, the gateway is asked by the proxy's names, whatever it listens on.
    hosts: isLoopback(host) && isAlone ? [...localHosts, host, ...(hosts ?? [])] : hosts,
    imageHosts: listIn(text('IMAGE_HOSTS')) ?? configured.imageHosts,
    origins: origins ?? configured.origins,
    corsOrigins: origins ?? configured.corsOrigins,
    trustedProxies: number('TRUSTED_PROXIES'),
    addressHeader: text('ADDRESS_HEADER')?.toLowerCase(),
    sendBackHost: text('SEND_BACK_HOST'),
    sendBackPort: number('SEND_BACK_PORT'),
    sendBackSecret: text('SEND_BACK_SECRET'),
    sendBackSecretBefore: text('SEND_BACK_SECRET_BEFORE'),
    signingSecret: text('SIGNING_SECRET'),
    signingSecretBefore: text('SIGNING_SECRET_BEFORE'),
    metricsHost: text('METRICS_HOST'),
    metricsPort: number('METRICS_PORT'),
    metricsSecret: text('METRICS_SECRET'),
    outboundLimit: outboundLimit(text('OUTBOUND_LIMITS')),
    connectionSeconds: number('CONNECTION_SECONDS'),
    connectionsPerAddress: isUnlimited ? 0 : (number('CONNECTIONS_PER_ADDRESS') ?? configured.connectionsPerAddress),
    stopCode: number('STOP_CODE') as GatewayOptions['stopCode'],
    logLevel: (text('LOG_LEVEL') ?? configured.logLevel) as GatewayOptions['logLevel'],
  });
  const options = { ...(isUnlimited ? withoutLimits(configured) : configured), ...ofEnvironment };
  refuseWrong(options, text);
  return options;
}

/** Of the options that the environment has set: those of `gateway.json` are named by their paths when it starts. */
function refuseWrong(options: GatewayOptions, text: (name: string) => string | undefined): void {
  const problems = wrongOptions(options).flatMap(({ option, message }) => {
    const [name = ''] = option.split('.');
    const variable = variables[name as keyof GatewayOptions];
    if (variable === undefined || text(variable) === undefined) return [];
    return [`${variable} ${message}${variable.includes('SECRET') ? '' : `; it is ${JSON.stringify(text(variable))}`}`];
  });
  if (problems.length > 0) throw new Error([...new Set(problems)].join('; '));
  const { websockets = [], sendBackHost = '127.0.0.1', sendBackSecret } = options;
  const hasSendBack = websockets.some(api => api.dialect !== 'aws');
  if (hasSendBack && sendBackSecret === undefined && !isLoopback(sendBackHost))
    throw new Error(
      `SEND_BACK_SECRET is not set, and with SEND_BACK_HOST=${sendBackHost} other machines reach the send-back port`,
    );
}

/** The names of this machine for itself. */
export const localHosts: readonly string[] = ['localhost', '127.0.0.1', '[::1]'];

/** A load test comes from one address and sends as fast as it can. */
export function withoutLimits(options: GatewayOptions): GatewayOptions {
  const websockets = options.websockets?.map(({ rateLimit: _, turns: __, ...api }) => api) ?? [];
  return {
    ...options,
    websockets,
    connectionsPerAddress: 0,
    requestsPerAddress: 0,
    requestsPerSecond: 0,
    handshakesPerSecond: 0,
    maxRequests: 0,
  };
}

function outboundLimit(value = 'off'): GatewayOptions['outboundLimit'] {
  if (value === 'off') return undefined;
  const [, frames, bytes] = /^(\d+),(\d+)$/.exec(value) ?? [];
  if (frames === undefined) {
    throw new Error('OUTBOUND_LIMITS must be off, or frames and bytes a second as in 10,131072');
  }
  return { framesPerSecond: Number(frames), bytesPerSecond: Number(bytes) };
}

/** The whole number that a variable holds. @throws Error that names the variable */
export function numberIn(name: string, value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  if (!/^\d{1,9}$/.test(value)) throw new Error(`${name} must be a whole number; it is ${JSON.stringify(value)}`);
  return Number(value);
}

function isOn(name: string, value = 'on'): boolean {
  if (value !== 'on' && value !== 'off') throw new Error(`${name} must be on or off; it is ${JSON.stringify(value)}`);
  return value === 'on';
}

function listIn(value: string | undefined): string[] | undefined {
  return value
    ?.split(',')
    .map(each => each.trim())
    .filter(each => each !== '');
}

/** Without what is undefined: absent is not the same. */
function defined(options: { [Name in keyof GatewayOptions]: GatewayOptions[Name] | undefined }): GatewayOptions {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}
