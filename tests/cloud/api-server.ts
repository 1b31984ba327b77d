import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { ApiError } from './api-error.ts';
import { bodyOf } from './body.ts';
import type { Call, Fault, FaultRegister } from './faults.ts';
import type { Action } from './parameters.ts';
import { checkSignature } from './signature.ts';

/** A product of the cloud: its name in signatures, the version of its API, and its calls. */
export interface Product {
  readonly name: string;
  readonly version: string;
  /** Calls that do not belong to a region need none. */
  readonly isGlobal?: boolean;
  readonly actions: Readonly<Record<string, Action>>;
}

/** The largest request that is signed with TC3-HMAC-SHA256; a larger package goes through object storage. */
const MAX_BODY_BYTES = 10 * 1024 * 1024;

/**
 * Makes the server of the API: every call is a signed POST, and an error is an answer like any other. The region it
 * takes is one; another one is refused as not supported.
 */
export function createApiServer({
  products,
  credentials,
  roleKey,
  region,
  faults,
}: {
  products: readonly Product[];
  credentials: { secretId: string; secretKey: string };
  /** Of functions that have a role, which may call functions and nothing else. */
  roleKey: { secretId: string; secretKey: string; token: string };
  region: string;
  faults: FaultRegister;
}): Server {
  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const requestId = randomUUID();
    const body = await bodyOf(request, MAX_BODY_BYTES);
    const call: Call = {
      product: 'unknown',
      action: String(request.headers['x-tc-action']),
      parameters: {},
      requestId,
    };
    let fault: Fault | undefined;
    let content: object;
    try {
      if (body === undefined) throw new ApiError('RequestSizeLimitExceeded', 'The request is too large.');
      const { method = '', url = '/', headers } = request;
      if (method !== 'POST') throw new ApiError('UnsupportedProtocol', 'Only POST is known to this stand-in.');
      const isRole = headers['x-tc-token'] === roleKey.token;
      const service = checkSignature({ method, url, headers, body }, isRole ? roleKey : credentials, Date.now());
      if (isRole && call.action !== 'Invoke')
        throw new ApiError('UnauthorizedOperation.CAM', `The role may not call ${call.action}.`);
      const { product, action } = find(products, headers, service);
      checkRegion(product, headers['x-tc-region'], region);
      const parameters = parsed(body);
      const known: Call = { ...call, product: product.name, parameters };
      fault = faults.arrive(known);
      const answer = await withFault(fault, known, () => action(parameters));
      if (answer === undefined) return lose(request, fault);
      content = answer;
    } catch (error) {
      content = { Error: errorOf(error) };
      if (!(error instanceof ApiError)) console.error(error);
    }
    const answer = JSON.stringify({ Response: { ...content, RequestId: requestId } });
    const status = fault?.status ?? 200;
    response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(answer) });
    response.end(answer);
  }

  return createServer((request, response) => {
    respond(request, response).catch(() => response.destroy());
  });
}

function find(products: readonly Product[], headers: IncomingMessage['headers'], service: string) {
  const name = String(headers['x-tc-action']);
  const versions = products.filter(({ version }) => version === headers['x-tc-version']);
  if (versions.length === 0) throw new ApiError('NoSuchVersion', 'The API version does not exist.');
  // Two products share a version. The name may be that of a loopback address, where the endpoint is one.
  const isNamed = products.some(product => product.name === service);
  const product = versions.find(each => (isNamed ? each.name === service : name in each.actions));
  const action = product?.actions[name];
  if (product === undefined || action === undefined) {
    throw new ApiError('InvalidAction', `The API ${name} does not exist or is not known to this stand-in.`);
  }
  return { product, action };
}

function checkRegion({ isGlobal = false }: Product, given: unknown, region: string): void {
  if (isGlobal) return;
  if (given === undefined)
    throw new ApiError('MissingParameter', 'The request is missing a required parameter `Region`.');
  if (given !== region) throw new ApiError('UnsupportedRegion', `The region ${given} is not supported.`);
}

function parsed(body: Buffer): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(body.length === 0 ? '{}' : body.toString());
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {}
  throw new ApiError('InvalidParameter', 'The body is not a JSON object.');
}

/** Lets a fault happen around the effect; `undefined`: there is to be no answer. */
async function withFault(
  fault: Fault | undefined,
  call: Call,
  effect: () => Promise<object>,
): Promise<object | undefined> {
  await fault?.run?.(call);
  try {
    if (fault?.cut !== undefined || fault?.hang !== undefined) {
      call.lost = true;
      if (fault.cut === 'after' || fault.hang === 'after') await effect();
      return undefined;
    }
    if (fault?.code === undefined) return await effect();
    if (fault.afterEffect === true) await effect();
    throw new ApiError(fault.code, fault.message ?? 'asked to fail');
  } catch (error) {
    call.code = errorOf(error).Code;
    throw error;
  }
}

function lose(request: IncomingMessage, fault: Fault | undefined): void {
  if (fault?.cut !== undefined) request.socket.destroy();
}

function errorOf(error: unknown): { Code: string; Message: string } {
  if (error instanceof ApiError) return { Code: error.code, Message: error.message };
  return { Code: 'InternalError', Message: String(error) };
}
