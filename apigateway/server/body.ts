import type { IncomingMessage } from 'node:http';

/** What is read of a body that is too large, only to throw it away: many clients read an answer only after they have written. */
const MAX_DRAINED_BYTES = 16 * 1024 * 1024;

/** The body, or that it is larger than allowed; then `isDrained` says whether the connection can still be used. */
export type Body = { bytes: Buffer } | { bytes: undefined; isDrained: boolean };

/** Reads a request's body of `maxBytes` at most. @throws Error when the client breaks off. */
export function readBody(request: IncomingMessage, maxBytes: number): Promise<Body> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    request.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length <= maxBytes) chunks.push(chunk);
      else if (length > MAX_DRAINED_BYTES) {
        request.pause();
        resolve({ bytes: undefined, isDrained: false });
      } else chunks.length = 0;
    });
    request.on('end', () => {
      if (length > maxBytes) return resolve({ bytes: undefined, isDrained: true });
      resolve({ bytes: chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks) });
    });
    request.on('error', reject);
  });
}
