import { connect } from 'node:net';

/** Writes bytes to a port and answers everything that comes back until the other side closes. */
export function rawHttp(port: number, bytes: string | Buffer, withinMs = 3000): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
    socket.setTimeout(withinMs, () => socket.destroy());
    socket.on('data', chunk => chunks.push(chunk));
    socket.on('error', reject);
    socket.on('close', () => resolve(Buffer.concat(chunks).toString()));
  });
}
