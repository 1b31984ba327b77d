import { connect, type Socket } from 'node:net';

/** What was answered. */
export interface HttpReply {
  status: number;
  body: string;
}

/**
 * A client that costs as little as one can: kept connections, one request in flight on each, opened as they are needed.
 * It knows only answers with a content-length. A load generator must not be what is measured.
 */
export interface HttpClient {
  /** `headers` is text, each line ended by CR LF. @throws Error when the connection breaks */
  post(path: string, body: string, headers?: string): Promise<HttpReply>;
  get(path: string): Promise<HttpReply>;
  close(): void;
}

interface Line {
  socket: Socket;
  received: Buffer;
  settle: { resolve(reply: HttpReply): void; reject(error: Error): void } | undefined;
}

/** Makes a client of one origin, as `http://127.0.0.1:8080`. */
export function createHttpClient(origin: string): HttpClient {
  const { hostname, port, host } = new URL(origin);
  const free: Line[] = [];
  const all = new Set<Socket>();

  function open(): Line {
    const socket = connect({ host: hostname, port: Number(port), noDelay: true });
    const line: Line = { socket, received: Buffer.alloc(0), settle: undefined };
    all.add(socket);
    socket.on('data', data => {
      line.received = line.received.length === 0 ? data : Buffer.concat([line.received, data]);
      const reply = replyOf(line.received);
      if (reply === undefined) return;
      line.received = Buffer.alloc(0);
      free.push(line);
      line.settle?.resolve(reply);
    });
    socket.on('error', () => {});
    socket.on('close', () => {
      all.delete(socket);
      if (free.includes(line)) free.splice(free.indexOf(line), 1);
      else line.settle?.reject(new Error(`${origin} closed the connection`));
    });
    return line;
  }

  function send(request: string): Promise<HttpReply> {
    const line = free.pop() ?? open();
    return new Promise((resolve, reject) => {
      line.settle = { resolve, reject };
      line.socket.write(request);
    });
  }

  return {
    post(path, body, headers = '') {
      const length = Buffer.byteLength(body);
      const head = `POST ${path} HTTP/1.1\r\nhost: ${host}\r\ncontent-type: application/json\r\n`;
      return send(`${head}${headers}content-length: ${length}\r\n\r\n${body}`);
    },
    get: path => send(`GET ${path} HTTP/1.1\r\nhost: ${host}\r\n\r\n`),
    close() {
      for (const socket of all) socket.destroy();
    },
  };
}

function replyOf(received: Buffer): HttpReply | undefined {
  const end = received.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const head = received.toString('latin1', 0, end);
  const length = Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1] ?? 0);
  const begin = end + 4;
  if (received.length < begin + length) return undefined;
  return { status: Number(head.slice(9, 12)), body: received.toString('utf8', begin, begin + length) };
}
