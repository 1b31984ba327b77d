import axios from 'axios';
import { keptSockets } from '../kept-sockets.ts';
import type { Push, PushOutcome } from '../push.ts';
import { record } from '../record.ts';
import { sendBackErrNo } from './send-back.ts';
import { type ClosingEvent, closingEvent, type DataSendEvent, dataSendEvent } from './websocket-events.ts';

/** Where and how to push. */
export interface SendBackOptions {
  /** The send-back URL (`InternalDomain` of the API). It may carry the secret as its password. */
  url: string;
  /** Sent as `authorization: Bearer`; wins over a password in the URL. */
  secret?: string | undefined;
  /** Of one call in all: connecting, sending, answer. */
  timeoutMs: number;
  /** Values of `errNo` that say the connection does not exist; by default the one of our gateway. */
  goneErrNos?: readonly number[] | undefined;
  /** HTTP statuses that say so with any `errNo` but 0: by default 410 alone, because a wrong URL is answered 404 as well. */
  goneStatuses?: readonly number[] | undefined;
}

/** Calls in flight at once; more wait for a free socket. */
const MAX_SOCKETS = 64;
/** The documented answer has some thirty bytes. */
const MAX_ANSWER_BYTES = 4096;

/**
 * Pushes through a send-back URL. Success is HTTP 200 with `errNo` 0; *gone* is what `goneErrNos` and `goneStatuses`
 * say; everything else is *unknown*. Redirects are not followed. Tried again is only what nobody has read, because the
 * other side had closed a kept connection.
 * @throws TypeError here, never in a push, when the URL is not one.
 */
export function sendBackPush(options: SendBackOptions): Push {
  const { goneErrNos = [sendBackErrNo.connectionNotFound], goneStatuses = [410], timeoutMs } = options;
  const { href, authorization } = addressOf(options);
  const { deliver, ...agents } = keptSockets(MAX_SOCKETS);
  const client = axios.create({
    adapter: 'http',
    ...agents,
    headers: { 'content-type': 'application/json', ...(authorization === undefined ? {} : { authorization }) },
    maxRedirects: 0,
    maxContentLength: MAX_ANSWER_BYTES,
    // The address is an internal one: a proxy of the environment is not meant for it.
    proxy: false,
    responseType: 'text',
    transformRequest: body => body,
    transformResponse: body => body,
    validateStatus: () => true,
  });

  async function post(event: DataSendEvent | ClosingEvent): Promise<PushOutcome> {
    // axios' own time-out starts anew with every byte of the answer; this one does not.
    const deadline = new AbortController();
    const timer = setTimeout(() => deadline.abort(), timeoutMs);
    try {
      const body = JSON.stringify(event);
      const send = () => client.post<unknown>(href, body, { signal: deadline.signal });
      const { status, data } = await deliver(send);
      if (typeof data !== 'string') return 'unknown';
      const { errNo } = record(JSON.parse(data));
      if (typeof errNo !== 'number') return 'unknown'; // a proxy has answered, whatever the status
      if (errNo === 0) return status === 200 ? 'sent' : 'unknown';
      return goneStatuses.includes(status) || (status === 200 && goneErrNos.includes(errNo)) ? 'gone' : 'unknown';
    } catch {
      return 'unknown';
    } finally {
      clearTimeout(timer);
    }
  }

  return {
    send: (connectionId, text) => post(dataSendEvent(connectionId, text)),
    close: connectionId => post(closingEvent(connectionId)),
  };
}

function addressOf({ url, secret }: SendBackOptions): { href: string; authorization: string | undefined } {
  const address = new URL(url);
  const { username, password } = address;
  address.username = '';
  address.password = '';
  if (secret !== undefined) return { href: address.href, authorization: `Bearer ${secret}` };
  if (username === '' && password === '') return { href: address.href, authorization: undefined };
  const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { href: address.href, authorization: `Basic ${Buffer.from(credentials).toString('base64')}` };
}
