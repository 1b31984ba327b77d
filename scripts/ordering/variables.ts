import type { Variables } from '../tencent/service/environment.ts';
import type { FunctionSettings } from '../tencent/service/settings.ts';
import { type OrderingSettings, servesPages } from './settings.ts';

/** What all functions of a stage share. */
export interface SharedValues {
  /** That of `init_db`, whose role owns the tables; all others have it too where there is no other. */
  databaseUrl: string;
  /** That of the functions, for which `init_db` makes the role. */
  runtimeDatabaseUrl: string | undefined;
  tokenSecret: string;
  /** While the secret is changed: the one before. */
  tokenSecretBefore: string | undefined;
  redisUrl: string | undefined;
  /** `InternalDomain` of the WebSocket API; with it functions push through the send-back URL. */
  sendBackUrl: string | undefined;
}

/** The secrets of a stage, and where functions push to, by the variables that hold them. */
type SharedName =
  | 'DATABASE_URL'
  | 'RUNTIME_DATABASE_URL'
  | 'TOKEN_SECRET'
  | 'TOKEN_SECRET_BEFORE'
  | 'REDIS_URL'
  | 'SEND_BACK_URL';

const signing = ['TOKEN_SECRET', 'TOKEN_SECRET_BEFORE'] as const;
const pushing = ['REDIS_URL', 'SEND_BACK_URL'] as const;

/** Which of them each function reads: it gets no others, so that who has got into one has not got all. */
export const sharedNames: Readonly<Record<string, readonly SharedName[]>> = {
  register: ['DATABASE_URL', ...signing],
  transport: ['DATABASE_URL', ...signing, ...pushing],
  cleanup: ['DATABASE_URL'],
  bill: ['DATABASE_URL', ...signing, ...pushing],
  get_shop_info: ['DATABASE_URL'],
  init_db: ['DATABASE_URL', 'RUNTIME_DATABASE_URL', ...pushing],
  redeliver: ['DATABASE_URL', ...pushing],
  gateway: ['DATABASE_URL', ...signing, 'REDIS_URL'],
  pages: [],
};

/**
 * The variables of one function: what it reads of what all share, what the gateway needs besides, then what serverless.yml says. The
 * gateway is told its own origin, once it has one, since nobody documents which Host header it is given.
 */
export function variablesOf(
  each: FunctionSettings,
  shared: SharedValues,
  { bucket, origins: elsewhere, imageHosts }: OrderingSettings,
  ownOrigin?: string,
  pagesOrigin?: string,
): Variables {
  const named = [bucket?.domain, pagesOrigin, ownOrigin, ...elsewhere].filter(origin => origin !== undefined);
  const origins = [...new Set(named)];
  const values: Record<SharedName, string | undefined> = {
    DATABASE_URL: each.key === 'init_db' ? shared.databaseUrl : (shared.runtimeDatabaseUrl ?? shared.databaseUrl),
    RUNTIME_DATABASE_URL: shared.runtimeDatabaseUrl,
    TOKEN_SECRET: shared.tokenSecret,
    TOKEN_SECRET_BEFORE: shared.tokenSecretBefore,
    REDIS_URL: shared.redisUrl,
    SEND_BACK_URL: shared.sendBackUrl,
  };
  const read = sharedNames[each.web === undefined ? each.key : servesPages(each) ? 'pages' : 'gateway'] ?? [];
  return {
    ...Object.fromEntries(read.flatMap(name => (values[name] === undefined ? [] : [[name, values[name]]]))),
    // A connection is closed before the platform cuts it with its own status.
    ...(each.web === undefined ? {} : { CONNECTION_SECONDS: String(each.timeout - 20) }),
    ...(each.web === undefined || origins.length === 0 ? {} : { ORIGINS: origins.join(',') }),
    ...(each.web === undefined || imageHosts.length === 0 ? {} : { IMAGE_HOSTS: imageHosts.join(',') }),
    ...each.environment,
  };
}
