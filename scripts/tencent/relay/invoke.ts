import { createHash, createHmac } from 'node:crypto';
import http from 'node:http';
import https from 'node:https';

/** Who calls: the temporary key of the function's role, which the platform puts into the environment and renews there. */
export interface Credentials {
  secretId: string;
  secretKey: string;
  token: string;
}

/** Where functions are called. */
export interface InvokeOptions {
  region: string;
  /** Stands in for the host of the API, as `http://127.0.0.1:1234`; for tests and private clouds. */
  endpoint: string | undefined;
  timeoutMs: number;
  credentials(): Credentials;
}

/** The call was refused, or the function failed. */
export class InvokeError extends Error {
  override readonly name = 'InvokeError';
}

const host = 'scf.tencentcloudapi.com';
const type = 'application/json; charset=utf-8';

/** Calls functions through the API of SCF: what they are given and what they return is as they know it from API Gateway. */
export function createInvoke({ region, endpoint, timeoutMs, credentials }: InvokeOptions) {
  const url = new URL(endpoint ?? `https://${host}`);
  const { request, Agent } = url.protocol === 'http:' ? http : https;
  const agent = new Agent({ keepAlive: true, maxSockets: 256 });

  function post(body: string, headers: Record<string, string>): Promise<string> {
    return new Promise((resolve, reject) => {
      const call = request(url, { method: 'POST', agent, headers, timeout: timeoutMs }, response => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => resolve(Buffer.concat(chunks).toString()));
        response.on('error', reject);
      });
      call.on('timeout', () => call.destroy(new InvokeError('the API did not answer in time')));
      call.on('error', reject);
      call.end(body);
    });
  }

  return {
    /** What the function returned. @throws InvokeError */
    async invoke(name: string, event: unknown): Promise<unknown> {
      const body = JSON.stringify({
        FunctionName: name,
        InvocationType: 'RequestResponse',
        ClientContext: JSON.stringify(event),
      });
      const text = await post(body, signed(body, region, credentials(), Math.floor(Date.now() / 1000)));
      return resultIn(name, text);
    },
    close: () => agent.destroy(),
  };
}

function resultIn(name: string, text: string): unknown {
  const { Response: answer } = parsed(name, text) as {
    Response?: {
      Error?: { Code: string; Message: string };
      Result?: { RetMsg?: string; ErrMsg?: string; InvokeResult?: number };
    };
  };
  if (answer?.Error !== undefined) throw new InvokeError(`${name}: ${answer.Error.Code}: ${answer.Error.Message}`);
  const { RetMsg = 'null', ErrMsg = '', InvokeResult = 0 } = answer?.Result ?? {};
  if (ErrMsg !== '' || InvokeResult !== 0)
    throw new InvokeError(`${name} failed: ${ErrMsg || `result ${InvokeResult}`}`);
  return parsed(name, RetMsg);
}

function parsed(name: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new InvokeError(`${name}: what came back is no JSON`);
  }
}

/**
 * The headers of a call of the API, signed with TC3-HMAC-SHA256.
 * @see https://cloud.tencent.com/document/api/583/17239
 */
function signed(
  body: string,
  region: string,
  { secretId, secretKey, token }: Credentials,
  timestamp: number,
): Record<string, string> {
  const date = new Date(timestamp * 1000).toISOString().slice(0, 10);
  const scope = `${date}/scf/tc3_request`;
  const canonical = `POST\n/\n\ncontent-type:${type}\nhost:${host}\n\ncontent-type;host\n${hash(body)}`;
  const key = hmac(hmac(hmac(`TC3${secretKey}`, date), 'scf'), 'tc3_request');
  const signature = hmac(key, `TC3-HMAC-SHA256\n${timestamp}\n${scope}\n${hash(canonical)}`).toString('hex');
  return {
    host,
    'content-type': type,
    'content-length': String(Buffer.byteLength(body)),
    authorization: `TC3-HMAC-SHA256 Credential=${secretId}/${scope}, SignedHeaders=content-type;host, Signature=${signature}`,
    'x-tc-action': 'Invoke',
    'x-tc-version': '2018-04-16',
    'x-tc-region': region,
    'x-tc-timestamp': String(timestamp),
    ...(token === '' ? {} : { 'x-tc-token': token }),
  };
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
