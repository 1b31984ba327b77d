import { randomUUID } from 'node:crypto';
import type { Duplex } from 'node:stream';
import { answerOnSocket } from './answer-on-socket.ts';

/** What Node says of a request that it could not read. */
interface ReadError extends Error {
  code?: string;
  reason?: string;
  /** The bytes it was reading, and at which of them it stopped. */
  rawPacket?: Buffer;
  bytesParsed?: number;
}

/** Answers what is not HTTP, came too slowly, or has too large headers. */
export function refuseBrokenRequest(error: ReadError, socket: Duplex): void {
  const [status, code, message] = refusalOf(error);
  answerOnSocket(socket, { status, code, message, requestId: randomUUID() });
}

function refusalOf({ code, reason, rawPacket, bytesParsed }: ReadError): [number, string, string] {
  if (code === 'HPE_HEADER_OVERFLOW') return [431, 'too_large', 'the headers are too large'];
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return [408, 'invalid_request', 'the request took too long'];
  if (code === 'HPE_INVALID_VERSION' && reason === 'Invalid HTTP version') {
    return [505, 'not_implemented', 'no such version of HTTP is spoken here'];
  }
  if (code === 'HPE_INVALID_METHOD' && isRequestLine(rawPacket, bytesParsed)) {
    return [501, 'not_implemented', 'no such method'];
  }
  return [400, 'invalid_request', 'the request is not valid'];
}

/** Whether only the method of what stands there is unknown to Node, and not the whole line. */
function isRequestLine(packet: Buffer = Buffer.alloc(0), at = 0): boolean {
  const start = packet.lastIndexOf('\n', at) + 1;
  const line = packet.subarray(start, start + 200).toString('latin1');
  return /^[\w!#$%&'*+.^`|~-]{1,40} [!-~]+( HTTP\/\d|$)/.test(line);
}
