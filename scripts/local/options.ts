import { isLoopback } from '../../apigateway/server/options.ts';
import { chatOptions } from './chat.ts';
import type { LocalOptions } from './system.ts';

const logLevels = ['debug', 'info', 'warn', 'error'] as const;

/** The options that the environment asks for. @throws Error in words for whoever has set it */
export function localOptions(environment: NodeJS.ProcessEnv): LocalOptions {
  const host = environment.HOST || '127.0.0.1';
  const rateLimits = environment.RATE_LIMITS || undefined;
  if (rateLimits === 'off' && !isLoopback(host)) {
    throw new Error(`RATE_LIMITS=off is for load tests on this machine: it does not go with HOST=${host}`);
  }
  const logLevel = logLevels.find(level => level === (environment.LOG_LEVEL || 'warn'));
  if (logLevel === undefined) throw new Error(`LOG_LEVEL must be one of ${logLevels.join(', ')}`);
  return {
    host,
    port: port('PORT', environment.PORT, 8080),
    sendBackPort: port('SEND_BACK_PORT', environment.SEND_BACK_PORT, 0),
    directory: environment.LOCAL_DIRECTORY || '.local',
    databaseUrl: environment.DATABASE_URL || undefined,
    rateLimits,
    logLevel,
    chat: chatOptions(environment),
  };
}

function port(name: string, value: string | undefined, fallback: number): number {
  if (value === undefined || value === '') return fallback;
  if (/^\d{1,5}$/.test(value) && Number(value) <= 65_535) return Number(value);
  throw new Error(`${name} must be a port, 0 to 65535; it is ${JSON.stringify(value)}`);
}
