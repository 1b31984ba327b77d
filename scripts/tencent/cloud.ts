import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import tls from 'node:tls';
import { AbstractClient } from 'tencentcloud-sdk-nodejs/tencentcloud/common/abstract_client.js';
import type { Client as ApiGateway } from 'tencentcloud-sdk-nodejs/tencentcloud/services/apigateway/v20180808/apigateway_client.js';
import type { Client as Cls } from 'tencentcloud-sdk-nodejs/tencentcloud/services/cls/v20201016/cls_client.js';
import type { Client as Postgres } from 'tencentcloud-sdk-nodejs/tencentcloud/services/postgres/v20170312/postgres_client.js';
import type { Client as Scf } from 'tencentcloud-sdk-nodejs/tencentcloud/services/scf/v20180416/scf_client.js';
import { CallFailure } from './failures.ts';
import { type Patience, retry } from './patience.ts';

/** Where an account was opened: cloud.tencent.com or tencentcloud.com. */
export type Site = 'china' | 'intl';

/** Who asks, and where. Comes from the environment alone. */
export interface Access {
  secretId: string;
  secretKey: string;
  token: string | undefined;
  region: string;
  /** Accounts of the two sites know nothing of each other. */
  site: Site;
  /** Stands in for the hosts of all products, as `http://127.0.0.1:1234`; for tests and private clouds. */
  apiEndpoint: string | undefined;
  cosEndpoint: string | undefined;
  /** Between two looks at something that is being made. */
  pollMs: number;
  /** Before the first repetition of a call; doubles with each. */
  retryMs: number;
  /** How long something that is being made or changed is waited for; five minutes unless it is said. */
  patienceMs?: number | undefined;
}

/** Calls of one product's API, typed by its SDK: action, request, and what a failure shall name besides. */
export type Call<Client> = <Action extends string & keyof Client>(
  action: Action,
  request: Client[Action] extends (request: infer Request, ...rest: never[]) => unknown ? Request : never,
  subject?: string,
) => Client[Action] extends (...all: never[]) => infer Answer ? Answer : never;

/** The products that a deployment needs. Every call is repeated when that is safe and can help. */
export interface Cloud {
  access: Access;
  scf: Call<Scf>;
  apigateway: Call<ApiGateway>;
  postgres: Call<Postgres>;
  cls: Call<Cls>;
  /** With something that is being made or changed. */
  patience: Patience;
}

const versions = { scf: '2018-04-16', apigateway: '2018-08-08', postgres: '2017-03-12', cls: '2020-10-16' };
/** Throttling passes; a network that is away for seconds usually stays away. */
const attempts = { throttled: 8, unknown: 4 };
/** Between two repetitions: what is busy is so for seconds. */
const longestPauseMs = { busy: 3_000, other: 10_000 };
/** An invocation may take as long as the API allows; anything else answers at once or, as API Gateway soon, not at all. */
const answerSeconds = (product: string, action: string) =>
  action === 'Invoke' ? 300 : product === 'apigateway' ? 20 : 60;

/** Opens the cloud. Nothing is sent before the first call. */
export function openCloud(access: Access): Cloud {
  const { patienceMs = 5 * 60_000 } = access;
  return {
    access,
    scf: callerOf('scf', access, patienceMs) as Call<Scf>,
    apigateway: callerOf('apigateway', access, patienceMs) as Call<ApiGateway>,
    postgres: callerOf('postgres', access, patienceMs) as Call<Postgres>,
    cls: callerOf('cls', access, patienceMs) as Call<Cls>,
    patience: { patienceMs, pollMs: access.pollMs },
  };
}

function callerOf(product: keyof typeof versions, access: Access, patienceMs: number) {
  const override = access.apiEndpoint === undefined ? {} : throughEndpoint(new URL(access.apiEndpoint));
  return async (action: string, request: unknown, subject?: string): Promise<unknown> => {
    const client = new AbstractClient(
      `${product}${access.site === 'intl' ? '.intl' : ''}.tencentcloudapi.com`,
      versions[product],
      {
        credential: {
          secretId: access.secretId,
          secretKey: access.secretKey,
          ...(access.token === undefined ? {} : { token: access.token }),
        },
        region: access.region,
        profile: { language: 'en-US', httpProfile: { reqTimeout: answerSeconds(product, action), ...override } },
      },
    );
    const deadline = performance.now() + patienceMs;
    const call = (): Promise<unknown> =>
      client.request(action, request).catch((error: unknown) => {
        throw failureOf(product, action, subject, error);
      });
    let failed = 0;
    let pauseMs = access.retryMs;
    return retry(call, failure => {
      if (!(failure instanceof CallFailure)) return 'hopeless';
      if (!failure.isBusy) failed += 1;
      const isHopeless = failure.isBusy ? performance.now() > deadline : failed >= attemptsFor(action, failure);
      if (isHopeless) return 'hopeless';
      const afterMs = Math.min(pauseMs, longestPauseMs[failure.isBusy ? 'busy' : 'other']);
      pauseMs *= 2;
      return { afterMs };
    });
  };
}

/**
 * Requests keep the host and signature of the real product; only their connections go elsewhere. (The SDK's own
 * `endpoint` would change what is signed.)
 */
function throughEndpoint({ protocol, hostname, port }: URL) {
  const isSecure = protocol === 'https:';
  const agent = isSecure ? new https.Agent({ keepAlive: true }) : new http.Agent({ keepAlive: true });
  const target = { host: hostname, port: Number(port || (isSecure ? 443 : 80)) };
  return {
    protocol: isSecure ? 'https://' : 'http://',
    agent: Object.assign(agent, {
      createConnection: () => (isSecure ? tls.connect({ ...target, servername: hostname }) : net.connect(target)),
    }),
  };
}

/** Throttled calls did nothing. Of others only those may be repeated whose repetition changes nothing more. */
function attemptsFor(action: string, { code, isUnknown }: CallFailure): number {
  if (code.startsWith('RequestLimitExceeded')) return attempts.throttled;
  const isRepeatable = /^(Describe|Get|List|Search|Inquiry|Delete|Update|Modify|Release|UnRelease|Reset|Isolate)/.test(
    action,
  );
  return isUnknown && isRepeatable ? attempts.unknown : 1;
}

/** The SDK's exceptions carry a code only when the API has answered. */
function failureOf(product: string, action: string, subject: string | undefined, error: unknown): CallFailure {
  const { code, message, requestId, httpCode } = error as Partial<Record<string, string>>;
  const isAnswer = typeof code === 'string' && /^[A-Z][A-Za-z]*(\.\w+)?$/.test(code) && !/^E[A-Z]+$/.test(code);
  return new CallFailure(
    {
      product,
      action,
      subject,
      code: isAnswer ? code : 'Network',
      message: httpCode === undefined ? String(message) : `HTTP ${httpCode} ${message}`,
      requestId,
    },
    error,
  );
}
