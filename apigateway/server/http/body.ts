import type { IncomingMessage, ServerResponse } from 'node:http';

/** What is read of a body that is too large, only to throw it away: many clients read an answer only after they have written. */
const MAX_DRAINED_BYTES = 16 * 1024 * 1024;

/**
 * Reads a request's body; `undefined` when it has more than `maxBytes`. One that seems to have no end is left on the
 * line, and its answer closes the connection.
 * @throws Error when the client breaks off.
 */
export function readBody(
  request: IncomingMessage,
  response: ServerResponse,
  maxBytes: number,
): Promise<Buffer | undefined> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    request.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length <= maxBytes) chunks.push(chunk);
      else chunks.length = 0;
      if (length <= Math.max(maxBytes, MAX_DRAINED_BYTES)) return;
      request.pause();
      response.setHeader('connection', 'close');
      resolve(undefined);
    });
    request.on('end', () => resolve(length > maxBytes ? undefined : joinChunks(chunks)));
    request.on('error', reject);
  });
}

function joinChunks(chunks: Buffer[]): Buffer {
  const [first] = chunks;
  return chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks);
}
