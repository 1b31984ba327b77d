import type { Closing, Connecting, IncomingFrame } from '../../functions/domain/handlers.ts';
import { record } from '../record.ts';

/** A client asks for a connection: the event of register. */
export interface ConnectingEvent {
  requestContext: {
    serviceName: string;
    path: string;
    httpMethod: 'GET';
    requestId: string;
    identity: Record<string, never>;
    sourceIp: string;
    stage: string;
    websocketEnable: true;
  };
  /** The document does not name these two; published functions read them. */
  headers?: Record<string, string>;
  queryString?: Record<string, string | string[]>;
  websocket: {
    action: 'connecting';
    secConnectionID: string;
    /** There only when the client sent the header. */
    secWebSocketProtocol?: string;
    secWebSocketExtensions?: string;
    /** Ours alone, with `tellCaller`: each frame says whose it is, so nothing need be kept before the first. */
    framesTellCaller?: true;
  };
}

/** A frame, in both directions: the event of transport and the body of a push. Binary data is base64. */
export interface DataSendEvent {
  websocket: {
    action: 'data send';
    secConnectionID: string;
    dataType: 'text' | 'binary';
    data: string;
    /** Ours alone, with `tellCaller`: the client's network address. */
    sourceIp?: string;
  };
}

/** A connection closed (the event of cleanup) or shall be closed (the body of a push). */
export interface ClosingEvent {
  websocket: {
    action: 'closing';
    secConnectionID: string;
    /** Ours alone, with `tellCaller`: whether the client has sent a frame. */
    hasSpoken?: boolean;
  };
}

/** What a connecting event is made of. `protocols` and `extensions` are the client's headers as they came. */
export interface ConnectingParts extends Omit<Connecting, 'framesTellCaller'> {
  framesTellCaller?: boolean;
  serviceName: string;
  path: string;
  stage: string;
  protocols: string | undefined;
  extensions: string | undefined;
  headers?: Record<string, string> | undefined;
  queryString?: Record<string, string | string[]> | undefined;
}

/** Makes the event of register. */
export function connectingEvent(parts: ConnectingParts): ConnectingEvent {
  const { connectionId, protocols, extensions } = parts;
  return {
    requestContext: {
      serviceName: parts.serviceName,
      path: parts.path,
      httpMethod: 'GET',
      requestId: parts.requestId,
      identity: {},
      sourceIp: parts.remoteAddress ?? '',
      stage: parts.stage,
      websocketEnable: true,
    },
    ...(parts.headers === undefined ? {} : { headers: parts.headers }),
    ...(parts.queryString === undefined ? {} : { queryString: parts.queryString }),
    websocket: {
      action: 'connecting',
      secConnectionID: connectionId,
      ...(protocols === undefined ? {} : { secWebSocketProtocol: protocols }),
      ...(extensions === undefined ? {} : { secWebSocketExtensions: extensions }),
      ...(parts.framesTellCaller ? { framesTellCaller: true as const } : {}),
    },
  };
}

/** Makes the event of transport, or the body of a push. `sourceIp` is in no push. */
export function dataSendEvent(connectionId: string, data: string | Buffer, sourceIp?: string): DataSendEvent {
  const isText = typeof data === 'string';
  return {
    websocket: {
      action: 'data send',
      secConnectionID: connectionId,
      dataType: isText ? 'text' : 'binary',
      data: isText ? data : data.toString('base64'),
      ...(sourceIp === undefined ? {} : { sourceIp }),
    },
  };
}

/** Makes the event of cleanup, or the body of a push that closes. `caller` is in no push. */
export function closingEvent(connectionId: string, caller?: { hasSpoken: boolean }): ClosingEvent {
  return { websocket: { action: 'closing', secConnectionID: connectionId, ...caller } };
}

/** Reads the event of register. @throws TypeError when it is another event. */
export function decodeConnecting(event: unknown, requestId: string): Connecting {
  const { secConnectionID, framesTellCaller } = websocketPart(event, 'connecting');
  const { sourceIp } = record(record(event).requestContext);
  const remoteAddress = typeof sourceIp === 'string' && sourceIp !== '' ? sourceIp : undefined;
  const told = framesTellCaller === true ? { framesTellCaller } : {};
  return { connectionId: secConnectionID, remoteAddress, ...told, requestId };
}

/** Reads the event of transport, whose action is `data recv` in some versions of the document. @throws TypeError when it is another event. */
export function decodeDataSend(event: unknown, requestId: string): IncomingFrame {
  const { secConnectionID, dataType, data, sourceIp } = websocketPart(event, 'data send', 'data recv');
  if (typeof data !== 'string') throw new TypeError('not a data send event: its data is not a string');
  return {
    connectionId: secConnectionID,
    text: dataType === 'text' ? data : undefined,
    ...(typeof sourceIp === 'string' ? { remoteAddress: sourceIp } : {}),
    requestId,
  };
}

/** Reads the event of cleanup. @throws TypeError when it is another event. */
export function decodeClosing(event: unknown, requestId: string): Closing {
  const { secConnectionID, hasSpoken } = websocketPart(event, 'closing');
  return { connectionId: secConnectionID, ...(hasSpoken === false ? { hasSpoken } : {}), requestId };
}

function websocketPart(
  event: unknown,
  action: string,
  otherwise = action,
): Record<string, unknown> & { secConnectionID: string } {
  const websocket = record(record(event).websocket);
  const { secConnectionID } = websocket;
  const isAction = websocket.action === action || websocket.action === otherwise;
  if (!isAction || typeof secConnectionID !== 'string' || secConnectionID === '') {
    throw new TypeError(`not a ${action} event: the function is wired to another one`);
  }
  return { ...websocket, secConnectionID };
}
