import type { IncomingMessage, ServerResponse } from 'node:http';

/** What is read of a body that is too large, only to throw it away: many clients read an answer only after they have written. */
const MAX_DRAINED_BYTES = 16 * 1024 * 1024;

/**
 * In how many pieces a body may come, besides one for each so many bytes: whoever sends more of them wants us to be busy
 * with nothing. Networks and proxies send hundreds of bytes at a time.
 */
const FREE_PIECES = 64;
const BYTES_PER_PIECE = 64;

/** A client was cut off because it sent its body in too small pieces. */
export class SmallPieces extends Error {}

/** What is set aside for a body at first, bytes; it doubles when that is full. */
const FIRST_BYTES = 4 * 1024;

/**
 * Reads a request's body; `undefined` when it has more than `maxBytes`. One that seems to have no end is left on the
 * line, and its answer closes the connection. `onHeld` hears how many bytes of memory are held for it, each time they
 * become more: a body that comes byte by byte takes no more than one that comes at once.
 * @throws Error when the client breaks off, `SmallPieces` when it is cut off
 */
export function readBody(
  request: IncomingMessage,
  response: ServerResponse,
  maxBytes: number,
  onHeld: (bytes: number) => void = () => {},
): Promise<Buffer | undefined> {
  return new Promise((resolve, reject) => {
    let held: Buffer | undefined;
    let length = 0;
    let pieces = 0;

    function keep(chunk: Buffer) {
      const end = length + chunk.length;
      if (held === undefined) {
        held = chunk;
      } else {
        if (end > held.length) held = grown(held, end, maxBytes);
        chunk.copy(held, length);
      }
      onHeld(held.length);
    }

    request.on('data', (chunk: Buffer) => {
      if (length + chunk.length <= maxBytes) keep(chunk);
      else held = undefined;
      length += chunk.length;
      pieces += 1;
      if (pieces > FREE_PIECES + length / BYTES_PER_PIECE) request.destroy(new SmallPieces());
      if (length <= Math.max(maxBytes, MAX_DRAINED_BYTES)) return;
      request.pause();
      response.setHeader('connection', 'close');
      resolve(undefined);
    });
    request.on('end', () => resolve(length > maxBytes ? undefined : (held ?? Buffer.alloc(0)).subarray(0, length)));
    request.on('error', reject);
  });
}

function grown(bytes: Buffer, needed: number, most: number): Buffer {
  const larger = Buffer.allocUnsafe(Math.min(most, Math.max(FIRST_BYTES, 2 * needed)));
  bytes.copy(larger);
  return larger;
}
