import { randomUUID } from 'node:crypto';
import http from 'node:http';
import https from 'node:https';
import { urlToHttpOptions } from 'node:url';
import { record } from '../../record.ts';
import { signatureOf } from '../../signature.ts';
import { type Target, TargetError } from './target.ts';

/** Sockets to one host; more calls wait for a free one. */
const MAX_SOCKETS = 256;
/** The documented limit of an answer. */
const MAX_ANSWER_BYTES = 6 * 1024 * 1024;

/** What calls go by; looked at with each of them, since it may be changed meanwhile. */
export interface CallingOptions {
  /** Of those that have none of their own. */
  timeoutMs: number;
  /** Each signs every call of a URL. */
  signingSecrets: readonly string[];
}

/**
 * Calls functions by URL: `POST` of the event as JSON, answered 200 with what the function returns as JSON. With a
 * secret each call is signed after Standard Webhooks. Connections are kept alive.
 */
export function urlCaller(options: Pick<CallingOptions, 'signingSecrets'>): {
  open(url: URL, timeoutMs: number): Target;
  close(): void;
} {
  const agentOptions = { keepAlive: true, maxSockets: MAX_SOCKETS, scheduling: 'lifo' } as const;
  const agents = { 'http:': new http.Agent(agentOptions), 'https:': new https.Agent(agentOptions) };

  function open(url: URL, timeoutMs: number): Target {
    const name = url.origin + url.pathname;
    const isSecure = url.protocol === 'https:';
    const request = isSecure ? https.request : http.request;
    const address = { ...urlToHttpOptions(url), method: 'POST', agent: agents[isSecure ? 'https:' : 'http:'] };
    return {
      name,
      async call(event) {
        const { signingSecrets } = options;
        const body = JSON.stringify(event);
        const headers = {
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
          ...(signingSecrets.length === 0 ? {} : signatureHeaders(body, signingSecrets)),
        };
        const post = () => exchange(request({ ...address, headers }), body, timeoutMs, name);
        return parseAnswer(await post().catch(error => (isStale(error) ? post() : Promise.reject(error))));
      },
    };
  }

  return {
    open,
    close() {
      agents['http:'].destroy();
      agents['https:'].destroy();
    },
  };
}

/**
 * Sends the body and reads the answer of status 200. A page is the answer of a proxy or of another site, and no function's.
 * @throws TargetError
 */
function exchange(call: http.ClientRequest, body: string, timeoutMs: number, name: string): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    function fail(reason: TargetError['reason'], message: string, cause?: unknown) {
      clearTimeout(timer);
      reject(new TargetError(reason, `${name} ${message}`, cause === undefined ? undefined : { cause }));
      call.destroy();
    }
    const timer = setTimeout(() => fail('timeout', 'took too long'), timeoutMs);
    call.on('error', error => {
      // The other side may close a kept connection just as we use it.
      const isReset = call.reusedSocket && ['ECONNRESET', 'EPIPE'].includes(String(record(error).code));
      fail('unreachable', 'cannot be reached', isReset ? new StaleSocket(error.message) : error);
    });
    call.on('response', response => {
      const chunks: Buffer[] = [];
      let length = 0;
      response.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        length += chunk.length;
        if (length > MAX_ANSWER_BYTES) fail('failed', 'answered too much');
      });
      response.on('error', error => fail('unreachable', 'broke off its answer', error));
      response.on('end', () => {
        if (response.statusCode !== 200) return fail('failed', `answered status ${response.statusCode}`);
        if (/html/i.test(response.headers['content-type'] ?? '')) return fail('failed', 'answered a page');
        clearTimeout(timer);
        resolve(Buffer.concat(chunks));
      });
    });
    call.end(body);
  });
}

class StaleSocket extends Error {}

/** Whether nothing of an answer came because the connection had been closed: the call is then made once more. */
function isStale(error: unknown): boolean {
  return error instanceof TargetError && error.cause instanceof StaleSocket;
}

function signatureHeaders(body: string, secrets: readonly string[]): Record<string, string> {
  const id = randomUUID();
  const timestamp = Math.floor(Date.now() / 1000);
  return {
    'webhook-id': id,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': secrets.map(secret => signatureOf({ id, timestamp, body }, secret)).join(' '),
  };
}

function parseAnswer(answer: Buffer): unknown {
  try {
    return JSON.parse(answer.toString());
  } catch {
    return undefined;
  }
}
