import type { Closing, Connecting, IncomingFrame } from '../../functions/domain/handlers.ts';
import { lowerCaseHeaders, offeredProtocols } from '../headers.ts';
import { record } from '../record.ts';

/** What `$connect` says: it alone has the headers of the handshake. */
export interface Connect extends Connecting {
  /** The page's origin; `undefined` when it is no browser that asks. */
  origin: string | undefined;
  /** The subprotocols that the client offers, in its order. */
  protocols: string[];
}

/** Reads the event of the route `$connect`. @throws TypeError when it is another event. */
export function decodeConnect(event: unknown, requestId: string): Connect {
  const { connectionId, identity } = contextOf(event, 'CONNECT');
  const { sourceIp } = record(identity);
  const headers = lowerCaseHeaders(record(event).headers);
  return {
    connectionId,
    remoteAddress: typeof sourceIp === 'string' && sourceIp !== '' ? sourceIp : undefined,
    requestId,
    origin: headers.origin,
    protocols: offeredProtocols(headers['sec-websocket-protocol'] ?? ''),
  };
}

/**
 * Reads the event of a frame, whichever route its `action` chose: the body is the frame as it came. Of a binary one it
 * is base64, and `isBase64Encoded` says so; an empty one has no body at all.
 * @throws TypeError when it is another event.
 */
export function decodeMessage(event: unknown, requestId: string): IncomingFrame {
  const { connectionId } = contextOf(event, 'MESSAGE');
  const { body, isBase64Encoded } = record(event);
  const isEmpty = body === undefined || body === null;
  const text = isEmpty ? '' : typeof body === 'string' && isBase64Encoded !== true ? body : undefined;
  return { connectionId, text, requestId };
}

/** Reads the event of the route `$disconnect`. @throws TypeError when it is another event. */
export function decodeDisconnect(event: unknown, requestId: string): Closing {
  return { connectionId: contextOf(event, 'DISCONNECT').connectionId, requestId };
}

function contextOf(event: unknown, expected: string): Record<string, unknown> & { connectionId: string } {
  const context = record(record(event).requestContext);
  const { eventType, connectionId } = context;
  if (eventType !== expected || typeof connectionId !== 'string' || connectionId === '') {
    throw new TypeError(`not a ${expected} event: the function is wired to another route`);
  }
  return { ...context, connectionId };
}
