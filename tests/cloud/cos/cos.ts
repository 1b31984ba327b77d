import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { listen, stop } from '../../support/listen.ts';
import { bodyOf } from '../body.ts';
import { type Call, createFaults, type Fault, type FaultRegister, type Faults } from '../faults.ts';
import { type CosAnswer, createBuckets, operationOf } from './buckets.ts';
import { CosError } from './error.ts';
import type { Bucket } from './objects.ts';
import { type CosRequest, cosRequestOf } from './request.ts';
import { checkCosSignature } from './signature.ts';
import { element, text } from './xml.ts';

/** Object storage that runs. */
export interface Cos {
  /** `http://127.0.0.1:port`. */
  readonly url: string;
  /** `127.0.0.1:port`, for the SDK's `Ip` with `Protocol: 'http:'`: it then keeps the real hosts and connects here. */
  readonly address: string;
  readonly buckets: ReadonlyMap<string, Bucket>;
  /** All calls, and what is to go wrong with the next ones. */
  readonly faults: Faults;
  close(): Promise<void>;
}

const MAX_BODY_BYTES = 512 * 1024 * 1024;

/**
 * Starts object storage as the COS SDK knows it: signatures are checked, buckets are listed in pages, and on the default
 * domain every object is answered with `Content-Disposition: attachment`, as for buckets made since 2024 (436/57456).
 * @param port by default a free one
 */
export async function startCos({
  secretId,
  secretKey,
  faults = createFaults(),
  port = 0,
}: {
  secretId: string;
  secretKey: string;
  faults?: FaultRegister;
  port?: number;
}): Promise<Cos> {
  const buckets = createBuckets();

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const requestId = randomUUID();
    const body = await bodyOf(request, MAX_BODY_BYTES);
    let fault: Fault | undefined;
    let call: Call | undefined;
    try {
      const asked = cosRequestOf(request, buckets.ofDomain);
      const { bucket, key } = asked;
      const logged: Call = { product: 'cos', action: operationOf(asked), parameters: { bucket, key }, requestId };
      call = logged;
      fault = faults.arrive(logged);
      const result = await withFault(fault, logged, () => allowed(asked, body));
      if (result === undefined) return lose(response, fault);
      send(response, result, requestId, asked);
    } catch (error) {
      const known = error instanceof CosError ? error : new CosError(500, 'InternalError', String(error));
      if (call !== undefined) call.code = known.code;
      sendError(request, response, known, requestId);
    }
  }

  function allowed(asked: CosRequest, body: Buffer | undefined): CosAnswer {
    const isSigned = checkCosSignature(asked, { secretId, secretKey }, Date.now());
    if (body === undefined) throw new CosError(400, 'EntityTooLarge', 'The object is too large.');
    return buckets.run(asked, body, isSigned);
  }

  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  const address = `127.0.0.1:${await listen(server, port)}`;
  return { url: `http://${address}`, address, buckets: buckets.all, faults, close: () => stop(server) };
}

/** Lets a fault happen around the effect; `undefined`: there is to be no answer. */
async function withFault(
  fault: Fault | undefined,
  call: Call,
  effect: () => CosAnswer,
): Promise<CosAnswer | undefined> {
  const refuse = () => {
    throw new CosError(fault?.status ?? 503, fault?.code ?? 'ServiceUnavailable', fault?.message ?? 'asked to fail');
  };
  await fault?.run?.(call);
  if (fault?.cut !== undefined || fault?.hang !== undefined) {
    call.lost = true;
    if (fault.cut === 'after' || fault.hang === 'after') effect();
    return undefined;
  }
  if (fault?.code === undefined) return effect();
  if (fault.afterEffect === true) effect();
  return refuse();
}

function lose(response: ServerResponse, fault: Fault | undefined): void {
  if (fault?.cut !== undefined) response.destroy();
}

function send(
  response: ServerResponse,
  { status, headers, body }: CosAnswer,
  requestId: string,
  asked: CosRequest,
): void {
  const content = typeof body === 'string' ? Buffer.from(`<?xml version="1.0" encoding="UTF-8"?>\n${body}`) : body;
  const length = status === 304 || status === 204 ? {} : { 'content-length': content?.length ?? 0 };
  const type = typeof body === 'string' ? { 'content-type': 'application/xml' } : {};
  response.writeHead(status, { ...type, ...length, ...headers, server: 'tencent-cos', 'x-cos-request-id': requestId });
  response.end(asked.method === 'HEAD' || status === 304 ? undefined : content);
}

function sendError(request: IncomingMessage, response: ServerResponse, error: CosError, requestId: string): void {
  const { status, code, message } = error;
  const parts = { Code: code, Message: message, Resource: request.url ?? '', RequestId: requestId, TraceId: requestId };
  const xml = element(
    'Error',
    Object.entries(parts).map(([name, value]) => element(name, text(value))),
  );
  const body = Buffer.from(`<?xml version="1.0" encoding="UTF-8"?>\n${xml}`);
  const headers = { 'content-type': 'application/xml', 'x-cos-request-id': requestId, server: 'tencent-cos' };
  // An answer to HEAD has no body: the SDK sees the status alone.
  response
    .writeHead(status, { ...headers, 'content-length': body.length })
    .end(request.method === 'HEAD' ? undefined : body);
}
