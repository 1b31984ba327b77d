import { connect, type Socket } from 'node:net';
import fc from 'fast-check';
import { type RecordingGateway, startRecordingGateway } from '../support/apigateway/recording-gateway.ts';
import { until } from '../support/until.ts';

// What RFC 6455 says of frames, by the numbers of the Autobahn suite: 1 framing, 2 pings and pongs, 3 reserved bits,
// 4 opcodes, 5 fragmentation, 6 UTF-8, 7 closing, 9 sizes, 10 pieces. Each case is bytes on a socket of its own.

let world: RecordingGateway;
const sockets: Socket[] = [];
beforeAll(async () => {
  world = await startRecordingGateway({
    transport: async ({ websocket: { secConnectionID: id, data } }: { websocket: Record<string, string> }) => {
      await world.gateway.push('pgws').send(id ?? '', data ?? '');
    },
    api: { maxFrameBytes: 70_000, firstFrameSeconds: 0 },
    gateway: { connectionsPerAddress: 0 },
  });
});
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
});
afterAll(() => world.gateway.close());

interface FrameParts {
  fin?: boolean;
  reserved?: number;
  isMasked?: boolean;
  /** What the header says of the length, where that is not the truth. */
  length?: bigint;
}

const [CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG] = [0, 1, 2, 8, 9, 10];
const mask = Buffer.from([0x37, 0xfa, 0x21, 0x3d]);

function frame(opcode: number, content: string | Buffer = '', parts: FrameParts = {}): Buffer {
  const { fin = true, reserved = 0, isMasked = true, length } = parts;
  const payload = Buffer.from(content);
  const first = (fin ? 0x80 : 0) | (reserved << 4) | opcode;
  const masked = isMasked ? 0x80 : 0;
  const size = length ?? BigInt(payload.length);
  let head = Buffer.from([first, masked | Number(size)].map(each => each & 0xff));
  if (size > 125n) {
    head = Buffer.alloc(size > 0xffffn ? 10 : 4, first);
    head[1] = masked | (size > 0xffffn ? 127 : 126);
    if (size > 0xffffn) head.writeBigUInt64BE(size, 2);
    else head.writeUInt16BE(Number(size), 2);
  }
  if (!isMasked) return Buffer.concat([head, payload]);
  return Buffer.concat([head, mask, payload.map((byte, index) => byte ^ (mask[index % 4] ?? 0))]);
}

function closeFrame(code: number, reason: string | Buffer = ''): Buffer {
  return frame(CLOSE, Buffer.concat([Buffer.from([code >> 8, code & 255]), Buffer.from(reason)]));
}

/** What came back: `text …`, `pong …`, `close 1002`, and at last `end`. */
interface Answers {
  socket: Socket;
  heard: string[];
}

async function open(): Promise<Answers> {
  const socket = connect(world.gateway.port, '127.0.0.1').on('error', () => {});
  sockets.push(socket);
  const heard: string[] = [];
  let bytes = Buffer.alloc(0);
  let isOpen = false;
  socket.on('data', chunk => {
    bytes = Buffer.concat([bytes, chunk]);
    if (!isOpen) {
      const end = bytes.indexOf('\r\n\r\n');
      if (end < 0) return;
      isOpen = true;
      bytes = bytes.subarray(end + 4);
    }
    for (let next = readFrame(bytes); next !== undefined; next = readFrame(bytes)) {
      heard.push(next.said);
      bytes = bytes.subarray(next.size);
    }
  });
  socket.on('close', () => heard.push('end'));
  socket.write(
    'GET /pgws HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
  );
  await until('it is open', () => isOpen);
  return { socket, heard };
}

/** A server masks nothing and does not fragment here. */
function readFrame(bytes: Buffer): { said: string; size: number } | undefined {
  const short = bytes.length < 2 ? 0 : (bytes[1] ?? 0);
  const start = short === 126 ? 4 : short === 127 ? 10 : 2;
  if (bytes.length < start) return undefined;
  const length = short === 126 ? bytes.readUInt16BE(2) : short === 127 ? Number(bytes.readBigUInt64BE(2)) : short;
  if (bytes.length < start + length) return undefined;
  const payload = bytes.subarray(start, start + length);
  const opcode = (bytes[0] ?? 0) & 15;
  const names: Record<number, string> = { [TEXT]: 'text', [PING]: 'ping', [PONG]: 'pong' };
  const said = opcode === CLOSE ? `close ${length < 2 ? '' : payload.readUInt16BE(0)}` : `${names[opcode]} ${payload}`;
  return { said, size: start + length };
}

const long = 'x'.repeat(65_536);
const text = (content: string | Buffer, parts?: FrameParts) => frame(TEXT, content, parts);

/** Answered in this order, and the connection goes on. */
const good: [string, Buffer[], string[]][] = [
  ['1.1.1 an empty text', [text('')], ['text ']],
  [
    '65,536 fragments of a message that may be sent',
    [
      frame(TEXT, 'a', { fin: false }),
      Buffer.concat(Array<Buffer>(65_534).fill(frame(CONTINUATION, 'b', { fin: false }))),
      frame(CONTINUATION, 'z'),
    ],
    [`text a${'b'.repeat(65_534)}z`],
  ],
  ...[125, 126, 127, 128, 65_535, 65_536].map((size): [string, Buffer[], string[]] => [
    `1.1 a text of ${size} bytes`,
    [text(long.slice(0, size))],
    [`text ${long.slice(0, size)}`],
  ]),
  // Transport is given bytes as base64, and sends that back here as text.
  ...[0, 125, 126, 65_535, 65_536].map((size): [string, Buffer[], string[]] => {
    const bytes = Buffer.alloc(size, 0xfe);
    return [`1.2 ${size} bytes`, [frame(BINARY, bytes)], [`text ${bytes.toString('base64')}`]];
  }),
  ['2.1 a ping without content', [frame(PING)], ['pong ']],
  ['2.4 a ping of 125 bytes', [frame(PING, long.slice(0, 125))], [`pong ${long.slice(0, 125)}`]],
  [
    '2.3 a ping of bytes that are no text',
    [frame(PING, Buffer.from([0xff, 0xfe]))],
    [`pong ${Buffer.from([0xff, 0xfe])}`],
  ],
  ['2.7 a pong that nobody asked for', [frame(PONG, 'unasked'), text('on')], ['text on']],
  [
    '2.10 ten pings',
    Array.from({ length: 10 }, (_, i) => frame(PING, String(i))),
    Array.from({ length: 10 }, (_, i) => `pong ${i}`),
  ],
  ['5.3 a text in two parts', [text('one ', { fin: false }), frame(CONTINUATION, 'two')], ['text one two']],
  [
    '5.6 a ping between two parts',
    [text('one ', { fin: false }), frame(PING, 'p'), frame(CONTINUATION, 'two')],
    ['pong p', 'text one two'],
  ],
  [
    '5.5 empty parts',
    [text('', { fin: false }), frame(CONTINUATION, '', { fin: false }), frame(CONTINUATION, 'end')],
    ['text end'],
  ],
  [
    '5.19 pings between many parts',
    [
      text('1', { fin: false }),
      frame(CONTINUATION, '2', { fin: false }),
      frame(PING, 'a'),
      frame(CONTINUATION, '3', { fin: false }),
      frame(PING, 'b'),
      frame(CONTINUATION, '4'),
    ],
    ['pong a', 'pong b', 'text 1234'],
  ],
  ['5.8 bytes in two parts', [frame(BINARY, 'a', { fin: false }), frame(CONTINUATION, 'b')], ['text YWI=']],
  ['6.2 text of many languages', [text('Hello-µ@ßöäüàá-UTF-8!! 好 🍜')], ['text Hello-µ@ßöäüàá-UTF-8!! 好 🍜']],
  [
    '6.2.2 a character that is cut by a part',
    [text(Buffer.from('好').subarray(0, 1), { fin: false }), frame(CONTINUATION, Buffer.from('好').subarray(1))],
    ['text 好'],
  ],
  [
    '6.6 the last code point',
    [text(Buffer.from([0xf4, 0x8f, 0xbf, 0xbf]))],
    [`text ${String.fromCodePoint(0x10ffff)}`],
  ],
];

/** The connection is closed with the code, and transport is never called. */
const bad: [string, Buffer[], number][] = [
  ['1.x a frame that is not masked', [text('x', { isMasked: false })], 1002],
  ['2.5 a ping of 126 bytes', [frame(PING, long.slice(0, 126))], 1002],
  ['2.x a ping in parts', [frame(PING, 'p', { fin: false })], 1002],
  ...[1, 2, 3, 4, 5, 6, 7].map((reserved): [string, Buffer[], number] => [
    `3.${reserved} reserved bits ${reserved}`,
    [text('x', { reserved })],
    1002,
  ]),
  ...[3, 4, 5, 6, 7, 11, 12, 13, 14, 15].map((opcode): [string, Buffer[], number] => [
    `4.x opcode ${opcode}`,
    [frame(opcode, 'x')],
    1002,
  ]),
  ['5.9 a continuation of nothing', [frame(CONTINUATION, 'x')], 1002],
  ['5.15 a new text within another', [text('x', { fin: false }), text('y')], 1002],
  ...(
    [
      ['a lone continuation', [0x80]],
      ['a character that is cut', [0xe5, 0xa5]],
      ['an overlong slash', [0xc0, 0xaf]],
      ['an overlong NUL', [0xe0, 0x80, 0x80]],
      ['a surrogate', [0xed, 0xa0, 0x80]],
      ['beyond the last code point', [0xf4, 0x90, 0x80, 0x80]],
      ['five bytes', [0xf8, 0x88, 0x80, 0x80, 0x80]],
      ['0xff', [0xff]],
    ] as [string, number[]][]
  ).map(([what, bytes]): [string, Buffer[], number] => [`6.x text with ${what}`, [text(Buffer.from(bytes))], 1007]),
  ['5.16 a continuation of nothing that says it goes on', [frame(CONTINUATION, 'x', { fin: false })], 1002],
  ['5.18 two first parts', [text('x', { fin: false }), frame(BINARY, 'y', { fin: false })], 1002],
  ['7.3.2 a close of one byte', [frame(CLOSE, 'x')], 1002],
  ['7.3.6 a close of 126 bytes', [closeFrame(1000, long.slice(0, 124))], 1002],
  ['7.5.1 a close whose reason is no UTF-8', [closeFrame(1000, Buffer.from([0xce, 0xba, 0xe1]))], 1007],
  ...[0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, 65_535].map((code): [string, Buffer[], number] => [
    `7.9 a close with ${code}`,
    [closeFrame(code)],
    1002,
  ]),
  ['9.x a frame that is larger than it may be', [text(long.repeat(2))], 1009],
  ['9.x one that only says so', [text('x', { length: 70_001n })], 1009],
  ['9.x one of more bytes than numbers count', [text('x', { length: 0x7fff_ffff_ffff_ffffn })], 1009],
  ['9.x parts that are larger together', [text(long, { fin: false }), frame(CONTINUATION, long)], 1009],
];

test.each(good)('%s', async (_, frames, answers) => {
  const { socket, heard } = await open();
  socket.write(Buffer.concat(frames));
  await until('it is answered', () => heard.length >= answers.length);
  socket.write(text('still here'));
  await until('the next is answered', () => heard.length > answers.length);
  expect(heard).toEqual([...answers, 'text still here']);
});

test.each(bad)('%s', async (_, frames, code) => {
  const before = world.calls.filter(({ action }) => action === 'data send').length;
  const { socket, heard } = await open();
  socket.write(Buffer.concat([...frames, text('too late')]));
  await until('it is closed', () => heard.includes(`close ${code}`));
  socket.end(frame(CLOSE));
  await until('it has ended', () => heard.includes('end'));
  expect(heard).toEqual([`close ${code}`, 'end']);
  expect(world.calls.filter(({ action }) => action === 'data send')).toHaveLength(before);
});

test.each([
  1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999,
])('7.7 a close with %i is answered, once, and nothing behind it is read', async code => {
  const { socket, heard } = await open();
  socket.write(Buffer.concat([closeFrame(code, 'bye'), text('too late'), frame(PING)]));
  await until('it has ended', () => heard.includes('end'));
  expect(heard).toEqual([`close ${code}`, 'end']);
});

test('7.3.1 a close without a code is answered, and nothing behind it is read', async () => {
  const { socket, heard } = await open();
  socket.write(Buffer.concat([frame(CLOSE), text('too late')]));
  await until('it has ended', () => heard.includes('end'));
  expect(heard).toEqual([expect.stringMatching(/^close (1005|1000)?$/), 'end']);
});

test('9.5 a message of 64 KiB in parts of 64 bytes is one message', async () => {
  const { socket, heard } = await open();
  const parts = Array.from({ length: 1024 }, (_, at) =>
    frame(at === 0 ? TEXT : CONTINUATION, long.slice(0, 64), { fin: at === 1023 }),
  );
  socket.write(Buffer.concat(parts));
  await until('it is answered', () => heard.length > 0);
  expect(heard).toEqual([`text ${long}`]);
});

test('10.1 a message in pieces of a few bytes is one message', async () => {
  const { socket, heard } = await open();
  const bytes = text('x'.repeat(300));
  for (let at = 0; at < bytes.length; at += 7) {
    socket.write(bytes.subarray(at, at + 7));
    await new Promise(setImmediate);
  }
  await until('it is answered', () => heard.length > 0);
  expect(heard).toEqual([`text ${'x'.repeat(300)}`]);
});

test('whatever bytes come, the gateway closes or answers, and serves the next', async () => {
  const anyFrame = fc
    .record({
      opcode: fc.nat(15),
      content: fc.uint8Array({ maxLength: 200 }),
      fin: fc.boolean(),
      reserved: fc.constantFrom(0, 0, 0, 4),
      isMasked: fc.constantFrom(true, true, true, false),
    })
    .map(({ opcode, content, ...parts }) => frame(opcode, Buffer.from(content), parts));
  const anyBytes = fc.array(fc.oneof(anyFrame, fc.uint8Array({ maxLength: 64 })), { minLength: 1, maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(anyBytes, async pieces => {
      const { socket, heard } = await open();
      socket.end(Buffer.concat(pieces.map(piece => Buffer.from(piece))));
      await until('it has ended', () => heard.includes('end'));
      for (const each of heard) expect(each).toMatch(/^(text|pong|close|end|ping)/s);
    }),
    { numRuns: 100 },
  );
  const { socket, heard } = await open();
  socket.write(text('well'));
  await until('the next is served', () => heard.includes('text well'));
});
