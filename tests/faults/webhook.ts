import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A shop's webhook that writes down which orders it was called about. */
export interface Webhook {
  /** As a shop's setting. */
  setting: { url: string; secret: string };
  /** The orders, in the order of the calls. */
  calls: string[];
  close(): Promise<void>;
}

/** Starts one on a free port. */
export async function startWebhook(): Promise<Webhook> {
  const calls: string[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    calls.push(JSON.parse(Buffer.concat(chunks).toString()).data.order.id);
    response.writeHead(204).end();
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    setting: { url: `http://127.0.0.1:${port}/`, secret: `whsec_${Buffer.alloc(32, 1).toString('base64')}` },
    calls,
    async close() {
      server.closeAllConnections();
      await new Promise(resolve => server.close(resolve));
    },
  };
}
