import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';

/**
 * A server that lets everybody in and answers every query with one row: for what no real PostgreSQL at hand would say.
 * Its messages are those of PostgreSQL's documentation, "Message Formats".
 */
export async function startFakePostgres(row: Record<string, string>): Promise<{ url: string; server: Server }> {
  const server = createServer(socket => {
    socket.on('error', () => {});
    socket.once('data', () => {
      socket.write(Buffer.concat([authenticationOk, readyForQuery]));
      // What comes after the start is queries, and at last the end.
      socket.on('data', ([type]) => {
        if (type === 'Q'.charCodeAt(0)) socket.write(answer(row));
      });
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { url: `postgres://me:secret@127.0.0.1:${(server.address() as AddressInfo).port}/orders`, server };
}

function message(type: string, ...body: Buffer[]): Buffer {
  const content = Buffer.concat(body);
  return Buffer.concat([Buffer.from(type), int32(content.length + 4), content]);
}

const authenticationOk = message('R', int32(0));
const readyForQuery = message('Z', Buffer.from('I'));

function answer(row: Record<string, string>): Buffer {
  const fields = Object.entries(row);
  // Name, table, column, type (text), size, modifier, format (text).
  const description = fields.map(([name]) =>
    Buffer.concat([text(name), int32(0), int16(0), int32(25), int16(-1), int32(-1), int16(0)]),
  );
  const values = fields.map(([, value]) => Buffer.concat([int32(Buffer.byteLength(value)), Buffer.from(value)]));
  return Buffer.concat([
    message('T', int16(fields.length), ...description),
    message('D', int16(fields.length), ...values),
    message('C', text('SELECT 1')),
    readyForQuery,
  ]);
}

function text(value: string): Buffer {
  return Buffer.from(`${value}\0`);
}

function int16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeInt16BE(value);
  return bytes;
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}
