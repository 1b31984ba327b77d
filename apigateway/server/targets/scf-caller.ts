import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import tls from 'node:tls';
import { record, wordsOf } from '../../record.ts';
import { type CloudCaller, loadSdk, parseReturned, readCloudTarget, shortened, withinTime } from './cloud-target.ts';
import { TargetError } from './target.ts';

const MAX_SOCKETS = 256;

/** A client of the API, as its SDK makes one. */
interface Client {
  request(action: string, parameters: object): Promise<unknown>;
}

/**
 * Calls functions of Tencent Cloud by the API of SCF, with the credentials of the environment: those that deployments
 * take, else those that SCF gives a function with a role.
 */
export function scfCaller(): CloudCaller {
  let connections: ReturnType<typeof openConnections> | undefined;

  async function openClient(region: string, timeoutMs: number): Promise<() => Client> {
    const { AbstractClient } = await loadSdk(
      'tencentcloud-sdk-nodejs',
      () => import('tencentcloud-sdk-nodejs/tencentcloud/common/abstract_client.js'),
    );
    const host = `scf${text('TENCENT_SITE') === 'intl' ? '.intl' : ''}.tencentcloudapi.com`;
    const reqTimeout = Math.ceil(timeoutMs / 1000);
    connections ??= openConnections();
    const profile = { language: 'en-US' as const, httpProfile: { reqTimeout, ...connections } };
    credentials();
    // Those of a role change while the process runs.
    return () => new AbstractClient(host, '2018-04-16', { credential: credentials(), region, profile });
  }

  return {
    async open(target, timeoutMs) {
      const { region = '', namespace = '', name = '', qualifier } = readCloudTarget(target) ?? {};
      const client = await openClient(region, timeoutMs);
      const about = { FunctionName: name, Namespace: namespace, ...(qualifier && { Qualifier: qualifier }) };
      return {
        name: target,
        call: event =>
          withinTime(target, timeoutMs, () => invoke(client(), about, JSON.stringify(event))).then(
            answer => returned(target, answer),
            error => {
              throw error instanceof TargetError ? error : failureOf(target, error);
            },
          ),
      };
    },
    close() {
      connections?.agent.destroy();
    },
  };
}

/** InvokeFunction is made for synchronous calls and allows a hundred times as many as Invoke, which every region has. */
async function invoke(client: Client, about: object, event: string): Promise<unknown> {
  try {
    return await client.request('InvokeFunction', { ...about, Event: event });
  } catch (error) {
    if (record(error).code !== 'InvalidAction') throw error;
    return client.request('Invoke', { ...about, InvocationType: 'RequestResponse', ClientContext: event });
  }
}

/** What the function returned. @throws TargetError when SCF says that it failed, by the status of the call */
function returned(target: string, answer: unknown): unknown {
  const { Result, RequestId } = record(answer);
  const { RetMsg = '', ErrMsg = '', InvokeResult = 0, FunctionRequestId = RequestId } = record(Result);
  if (InvokeResult === 0 && ErrMsg === '') return parseReturned(wordsOf(RetMsg));
  const message = shortened(wordsOf(ErrMsg || `result ${InvokeResult}`));
  const cause = new Error(message);
  throw new TargetError(
    reasonOf.get(Number(InvokeResult)) ?? 'failed',
    `${target} failed with ${InvokeResult}, request id ${FunctionRequestId}`,
    { cause },
  );
}

/** Statuses of a call ("Function status codes" of SCF): no free resources, and too late. */
const reasonOf: ReadonlyMap<number, TargetError['reason']> = new Map([
  [432, 'throttled'],
  [433, 'timeout'],
]);

/** Errors of the API have a code and a request id; whatever else fails did so on the way. */
function failureOf(target: string, error: unknown): TargetError {
  const { code, message, requestId } = record(error);
  if (typeof code !== 'string' || !/^[A-Z][A-Za-z]+(\.\w+)*$/.test(code)) {
    return new TargetError('unreachable', `${target} cannot be reached`, { cause: error });
  }
  const isThrottled = /^(RequestLimitExceeded|LimitExceeded|ResourceInsufficient)/.test(code);
  const cause = new Error(shortened(String(message)));
  return new TargetError(isThrottled ? 'throttled' : 'refused', `${target}: ${code}, request id ${requestId}`, {
    cause,
  });
}

/** @throws Error that names the variables, when there are none */
function credentials(): { secretId: string; secretKey: string; token?: string } {
  const secretId = text('TENCENT_SECRET_ID') ?? text('TENCENTCLOUD_SECRETID');
  const secretKey = text('TENCENT_SECRET_KEY') ?? text('TENCENTCLOUD_SECRETKEY');
  const token = text('TENCENT_TOKEN') ?? text('TENCENTCLOUD_SESSIONTOKEN');
  if (secretId === undefined || secretKey === undefined) {
    throw new Error('functions on SCF are called with TENCENT_SECRET_ID and TENCENT_SECRET_KEY, which are not set');
  }
  return { secretId, secretKey, ...(token && { token }) };
}

/** A variable that is set to nothing counts as unset. */
function text(name: string): string | undefined {
  return process.env[name]?.trim() || undefined;
}

/** Requests keep the host and the signature of the real API; with an endpoint only their connections go elsewhere. */
function openConnections(): { protocol: 'http://' | 'https://'; agent: http.Agent } {
  const options = { keepAlive: true, maxSockets: MAX_SOCKETS };
  const endpoint = text('TENCENT_API_ENDPOINT');
  if (endpoint === undefined) return { protocol: 'https://', agent: new https.Agent(options) };
  const { protocol, hostname, port } = new URL(endpoint);
  const isSecure = protocol === 'https:';
  const place = { host: hostname, port: Number(port || (isSecure ? 443 : 80)) };
  const agent = isSecure ? new https.Agent(options) : new http.Agent(options);
  const createConnection = () => (isSecure ? tls.connect({ ...place, servername: hostname }) : net.connect(place));
  return { protocol: isSecure ? 'https://' : 'http://', agent: Object.assign(agent, { createConnection }) };
}
