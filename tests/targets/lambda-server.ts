import { createHash, createHmac } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { listen, stop } from '../support/listen.ts';

/** What a function on the stand-in does: returns, throws, or is ended by Lambda. */
export type LambdaFunction = (event: unknown) => unknown;

/** The key that the stand-in knows. */
export const lambdaKey = { accessKeyId: 'AKIDLAMBDA', secretAccessKey: 'the secret key of the stand-in' };

/** Lambda's Invoke on this machine, as its API reference has it. */
export interface LambdaServer {
  url: string;
  /** By name, or name and qualifier: `orders:live`. */
  functions: Map<string, LambdaFunction>;
  /** Names of functions of which too many run. */
  throttled: Set<string>;
  calls: { path: string; event: unknown }[];
  stop(): Promise<void>;
}

/** Starts it. It checks the signature of every call, and knows functions in one region. */
export async function startLambda(region: string): Promise<LambdaServer> {
  const functions = new Map<string, LambdaFunction>();
  const calls: LambdaServer['calls'] = [];
  const throttled = new Set<string>();

  async function answer(request: IncomingMessage): Promise<[status: number, headers: object, body: unknown]> {
    const body = await buffer(request);
    if (!isSigned(request, body, region)) return [403, error('InvalidSignatureException'), { message: 'wrong' }];
    const [, name = ''] = /^\/2015-03-31\/functions\/([^/]+)\/invocations/.exec(request.url ?? '') ?? [];
    const qualifier = new URL(request.url ?? '', 'http://x').searchParams.get('Qualifier');
    const found = functions.get(qualifier === null ? name : `${name}:${qualifier}`);
    if (found === undefined)
      return [404, error('ResourceNotFoundException'), { Message: `Function not found: ${name}` }];
    const event: unknown = JSON.parse(body.toString());
    calls.push({ path: request.url ?? '', event });
    if (throttled.has(name)) return [429, error('TooManyRequestsException'), { Message: 'Rate Exceeded.' }];
    try {
      return [200, {}, await found(event)];
    } catch (thrown) {
      const { message, name: errorType } = thrown as Error;
      return [200, { 'x-amz-function-error': 'Unhandled' }, { errorMessage: message, errorType, trace: [] }];
    }
  }

  const server = createServer((request, response) => {
    answer(request).then(
      ([status, headers, body]) => {
        response.writeHead(status, { 'content-type': 'application/json', 'x-amzn-requestid': 'request-1', ...headers });
        response.end(body === undefined ? 'null' : JSON.stringify(body));
      },
      () => response.destroy(),
    );
  });
  const url = `http://127.0.0.1:${await listen(server)}`;
  return {
    url,
    functions,
    calls,
    throttled,
    stop: () => stop(server),
  };
}

const error = (type: string) => ({ 'x-amzn-errortype': type });

/** Makes the signature again, from the document of Signature Version 4. */
function isSigned({ method, url = '', headers }: IncomingMessage, body: Buffer, region: string): boolean {
  const [, id, date = '', scope, names = '', signature] =
    /Credential=([^/]+)\/(\d{8})\/([^,]+), SignedHeaders=([^,]+), Signature=(\w+)$/.exec(headers.authorization ?? '') ??
    [];
  if (id !== lambdaKey.accessKeyId || scope !== `${region}/lambda/aws4_request`) return false;
  const [path = '', query = ''] = url.split('?');
  const lines = names.split(';').map(name => `${name}:${headers[name]}\n`);
  const hash = (content: string | Buffer) => createHash('sha256').update(content).digest('hex');
  const canonical = [method, encodeURI(path), query, lines.join(''), names, hash(body)].join('\n');
  const toSign = ['AWS4-HMAC-SHA256', headers['x-amz-date'], `${date}/${scope}`, hash(canonical)].join('\n');
  const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();
  const key = [date, region, 'lambda', 'aws4_request'].reduce<string | Buffer>(
    hmac,
    `AWS4${lambdaKey.secretAccessKey}`,
  );
  return hmac(key, toSign).toString('hex') === signature;
}
