import { type GatewayOptions, isLoopback } from '../../apigateway/server/options.ts';

/**
 * What `gateway.json` says, with what the environment says of this deployment. `connectSources` are the origins that the
 * pages call.
 * @throws Error that names the variable
 */
export function gatewayOptions(
  configured: GatewayOptions,
  environment: NodeJS.ProcessEnv,
  connectSources: string[],
): GatewayOptions {
  const text = (name: string) => environment[name]?.trim() || undefined;
  const number = (name: string) => numberIn(name, text(name));
  const host = text('HOST') ?? '0.0.0.0';
  const isUnlimited = text('RATE_LIMITS') === 'off';
  if (isUnlimited && !isLoopback(host)) {
    throw new Error(`RATE_LIMITS=off is for load tests on one machine: it does not go with HOST=${host}`);
  }
  const origins = listIn(text('ORIGINS'));
  return defined({
    ...(isUnlimited ? withoutLimits(configured) : configured),
    host,
    port: number('PORT') ?? 8080,
    pages: configured.pages && { ...configured.pages, connectSources },
    timers: isOn('TIMERS', text('TIMERS')) ? configured.timers : [],
    origins: origins ?? configured.origins,
    corsOrigins: origins ?? configured.corsOrigins,
    trustedProxies: number('TRUSTED_PROXIES'),
    addressHeader: text('ADDRESS_HEADER')?.toLowerCase(),
    sendBackHost: text('SEND_BACK_HOST'),
    sendBackPort: number('SEND_BACK_PORT'),
    sendBackSecret: text('SEND_BACK_SECRET'),
    signingSecret: text('SIGNING_SECRET'),
    outboundLimit: outboundLimit(text('OUTBOUND_LIMITS')),
    connectionSeconds: number('CONNECTION_SECONDS'),
    connectionsPerAddress: isUnlimited ? 0 : (number('CONNECTIONS_PER_ADDRESS') ?? configured.connectionsPerAddress),
    stopCode: number('STOP_CODE') as GatewayOptions['stopCode'],
    logLevel: (text('LOG_LEVEL') ?? configured.logLevel) as GatewayOptions['logLevel'],
  });
}

/** A load test comes from one address and sends as fast as it can. */
function withoutLimits(options: GatewayOptions): GatewayOptions {
  const websockets = options.websockets?.map(({ rateLimit: _, ...api }) => api) ?? [];
  return { ...options, websockets };
}

function outboundLimit(value = 'off'): GatewayOptions['outboundLimit'] {
  if (value === 'off') return undefined;
  const [, frames, bytes] = /^(\d+),(\d+)$/.exec(value) ?? [];
  if (frames === undefined) {
    throw new Error('OUTBOUND_LIMITS must be off, or frames and bytes a second as in 10,131072');
  }
  return { framesPerSecond: Number(frames), bytesPerSecond: Number(bytes) };
}

function numberIn(name: string, value: string | undefined): number | undefined {
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
