import { type ClientOptions, WebSocket } from 'ws';
import { until } from '../until.ts';

/** A WebSocket client that keeps what it received. */
export interface Client {
  socket: WebSocket;
  frames: (string | Buffer)[];
  /** Waits for so many frames. */
  received(times?: number): Promise<(string | Buffer)[]>;
  closed: Promise<{ code: number; reason: string }>;
}

/** How a handshake was refused. */
export interface Refused {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: string;
}

export interface ConnectOptions extends ClientOptions {
  protocols?: string[];
}

/** Opens a connection. @throws Error when the handshake is refused. */
export async function connect(url: string, options: ConnectOptions = {}): Promise<Client> {
  const outcome = await handshake(url, options);
  if ('status' in outcome) throw new Error(`refused with ${outcome.status} ${outcome.body}`);
  return outcome;
}

/** Tries to open a connection and answers what became of it. */
export function handshake(url: string, { protocols = [], ...options }: ConnectOptions = {}): Promise<Client | Refused> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, protocols, { perMessageDeflate: false, ...options });
    const frames: (string | Buffer)[] = [];
    const closed = new Promise<{ code: number; reason: string }>(done =>
      socket.on('close', (code, reason) => done({ code, reason: reason.toString() })),
    );
    socket.on('message', (data: Buffer, isBinary) => frames.push(isBinary ? data : data.toString()));
    socket.on('error', reject);
    socket.on('unexpected-response', (_request, response) => {
      const chunks: Buffer[] = [];
      response.on('data', chunk => chunks.push(chunk));
      response.on('end', () => {
        const { statusCode: status = 0, headers } = response;
        resolve({ status, headers, body: Buffer.concat(chunks).toString() });
      });
    });
    socket.on('open', () =>
      resolve({
        socket,
        frames,
        closed,
        async received(times = 1) {
          await until(() => frames.length >= times);
          return frames;
        },
      }),
    );
  });
}
