import type { IncomingMessage, ServerResponse } from 'node:http';
import type { SecurityEvents } from '../../security-events.ts';
import { decodeSendBack, sendBackErrNo } from '../../tencent/send-back.ts';
import { readBody } from '../http/body.ts';
import { createGuard } from '../secret-guard.ts';
import type { Delivery } from '../websocket/delivery.ts';
import type { Forward } from '../websocket/forward.ts';
import { readCall, type SecretPlace } from './call.ts';

/** What the send-back URL is made of. */
export interface SendBackOptions {
  /** The APIs by all the names that they have in a send-back URL. */
  apiIds: ReadonlyMap<string, string>;
  forward: Forward;
  /** Any of them is taken; with none, anybody may push. */
  secrets: readonly string[];
  /** Where a caller may put the secret. */
  secretPlaces: ReadonlySet<SecretPlace>;
  securityEvents: SecurityEvents;
  maxBodyBytes: number;
  gone: { status: number; errNo: number };
}

type Outcome = Delivery | 'malformed' | 'unauthorized' | 'noSuchUrl';

/** HTTP status of what is not answered 200: mistakes of the caller, which a function's author wants to see as such. */
const statusOf: Partial<Record<Outcome, number>> = { malformed: 400, unauthorized: 401, noSuchUrl: 404, tooLarge: 413 };

const messageOfOutcome: Record<Outcome, string> = {
  ok: 'ok',
  connectionNotFound: 'connection not found',
  notOpenYet: 'connection not open yet',
  tooLarge: 'data too large',
  tooSlow: 'the client does not read and was closed',
  notReached: 'the instance that holds the connection cannot be reached',
  malformed: 'malformed body',
  unauthorized: 'unauthorized',
  noSuchUrl: 'no such send-back URL',
};

/** The send-back URL: how `readCall` finds an API's name and the secret in a call, and who may push. */
export interface SendBackUrl {
  /** Answers any request. */
  answer(request: IncomingMessage, response: ServerResponse): void;
  /** Whether a request names an API and has the secret in its path: the only form that a port of clients may take. */
  isSecretPath(request: IncomingMessage): boolean;
}

/** One API has a few spellings of its URL; where no secret is asked for, strangers may make up more. */
const MAX_KNOWN = 100;

/** Makes it. A dead connection is answered as the settings say. */
export function createSendBackUrl(options: SendBackOptions): SendBackUrl {
  const { apiIds, forward, maxBodyBytes, secretPlaces } = options;
  const answers = answersOf(options);
  const isSecret = createGuard(options.secrets);

  /** The APIs of URLs that were let in: functions post to the same few for ever. */
  const known = new Map<string, string>();

  /** The API that a call may push to, or why it is refused. */
  function admit(request: IncomingMessage): { apiId: string } | 'unauthorized' | 'noSuchUrl' {
    const { method, url = '', headers } = request;
    const isUrlAll = method === 'POST' && headers.authorization === undefined;
    const knownId = isUrlAll ? known.get(url) : undefined;
    if (knownId !== undefined) return { apiId: knownId };
    const call = readCall(request, secretPlaces);
    if (options.secrets.length > 0 && !call.secrets.some(isSecret)) {
      options.securityEvents.tell('wrong_send_back_secret');
      return 'unauthorized';
    }
    const apiId = apiIds.get(call.name ?? '');
    if (apiId === undefined) return 'noSuchUrl';
    if (isUrlAll && known.size < MAX_KNOWN) known.set(url, apiId);
    return { apiId };
  }

  async function outcomeOf(request: IncomingMessage, response: ServerResponse): Promise<Outcome> {
    const admitted = admit(request);
    if (typeof admitted === 'string') return admitted;
    const { apiId } = admitted;
    const bytes = await readBody(request, response, maxBodyBytes);
    if (bytes === undefined) return 'tooLarge';
    const push = decodeSendBack(parseOrNothing(bytes));
    return push === undefined ? 'malformed' : forward(apiId, push);
  }

  return {
    answer(request, response) {
      outcomeOf(request, response).then(
        outcome => send(response, answers[outcome]),
        // The caller broke off: there is nobody to answer.
        () => response.destroy(),
      );
    },
    isSecretPath(request) {
      if (request.method !== 'POST') return false;
      const { name, secrets } = readCall(request, onlyPath);
      return apiIds.has(name ?? '') && secrets.some(isSecret);
    },
  };
}

const onlyPath: ReadonlySet<SecretPlace> = new Set(['path']);

interface Answer {
  status: number;
  headers: Record<string, string | number>;
  body: string;
}

/** Every answer is known beforehand: a push makes no text. */
function answersOf({ gone }: SendBackOptions): Record<Outcome, Answer> {
  const errNos: Record<Outcome, number> = { ...sendBackErrNo, connectionNotFound: gone.errNo };
  const entries = Object.entries(messageOfOutcome).map(([name, errMsg]) => {
    const outcome = name as Outcome;
    const body = JSON.stringify({ errNo: errNos[outcome], errMsg });
    const status = outcome === 'connectionNotFound' ? gone.status : (statusOf[outcome] ?? 200);
    const headers = { 'content-type': 'application/json', 'content-length': body.length };
    return [outcome, { status, headers, body }];
  });
  return Object.fromEntries(entries);
}

function send(response: ServerResponse, { status, headers, body }: Answer) {
  response.writeHead(status, headers);
  response.end(body);
}

function parseOrNothing(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString());
  } catch {
    return undefined;
  }
}
