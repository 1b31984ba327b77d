import { record } from '../record.ts';

/**
 * The `errNo` of our gateway's send-back URL. The document knows only 0; what the real gateway says of a dead
 * connection is unknown, so these are of our own choosing, and far from any number it is likely to use.
 */
export const sendBackErrNo = {
  ok: 0,
  /** The body is not one of the two documented ones. */
  malformed: 90400,
  unauthorized: 90401,
  /** There is no such connection (any more): the only number that says *gone*. */
  connectionNotFound: 90404,
  /** There is no such send-back URL: the caller's mistake, nothing about the connection. */
  noSuchUrl: 90405,
  /** The data is larger than a frame may be. */
  tooLarge: 90413,
  /** register has not answered yet: the connection is about to open, or to be refused. */
  notOpenYet: 90425,
  /** The client does not read: the gateway has closed it. */
  tooSlow: 90429,
  /** Another gateway instance holds the connection and cannot be reached now. */
  notReached: 90504,
} as const;

/** What a send-back call asks for. */
export type SendBack =
  | { action: 'data send'; connectionId: string; data: string | Buffer }
  | { action: 'closing'; connectionId: string };

const base64 = /^[A-Za-z0-9+/]*={0,2}$/;

/** Reads the parsed body of a send-back call, whose action is `data recv` in some versions of the document; `undefined` when it is not one of the documented ones. */
export function decodeSendBack(body: unknown): SendBack | undefined {
  const { action, secConnectionID: connectionId, dataType, data } = record(record(body).websocket);
  if (typeof connectionId !== 'string' || connectionId === '') return undefined;
  if (action === 'closing') return { action, connectionId };
  if ((action !== 'data send' && action !== 'data recv') || typeof data !== 'string') return undefined;
  if (dataType === 'text') return { action: 'data send', connectionId, data };
  if (dataType !== 'binary' || !base64.test(data)) return undefined;
  return { action: 'data send', connectionId, data: Buffer.from(data, 'base64') };
}
