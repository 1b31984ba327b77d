import type { Variables } from '../tencent/service/environment.ts';
import type { FunctionSettings } from '../tencent/service/settings.ts';
import type { OrderingSettings } from './settings.ts';

/** What all functions of a stage share. */
export interface SharedValues {
  databaseUrl: string;
  tokenSecret: string;
  /** While the secret is changed: the one before. */
  tokenSecretBefore: string | undefined;
  redisUrl: string | undefined;
  /** `InternalDomain` of the WebSocket API; with it functions push through the send-back URL. */
  sendBackUrl: string | undefined;
}

/**
 * The variables of one function: what all share, what the gateway needs besides, then what serverless.yml says. The
 * gateway is told its own origin, once it has one, since nobody documents which Host header it is given.
 */
export function variablesOf(
  each: FunctionSettings,
  shared: SharedValues,
  { bucket, origins: elsewhere }: OrderingSettings,
  ownOrigin?: string,
  pagesOrigin?: string,
): Variables {
  const named = [bucket?.domain, pagesOrigin, ownOrigin, ...elsewhere].filter(origin => origin !== undefined);
  const origins = [...new Set(named)];
  return {
    DATABASE_URL: shared.databaseUrl,
    TOKEN_SECRET: shared.tokenSecret,
    ...(shared.tokenSecretBefore === undefined ? {} : { TOKEN_SECRET_BEFORE: shared.tokenSecretBefore }),
    ...(shared.redisUrl === undefined ? {} : { REDIS_URL: shared.redisUrl }),
    ...(shared.sendBackUrl === undefined ? {} : { SEND_BACK_URL: shared.sendBackUrl }),
    // A connection is closed before the platform cuts it with its own status.
    ...(each.web === undefined ? {} : { CONNECTION_SECONDS: String(each.timeout - 20) }),
    ...(each.web === undefined || origins.length === 0 ? {} : { ORIGINS: origins.join(',') }),
    ...each.environment,
  };
}
