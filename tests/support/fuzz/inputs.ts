import fc from 'fast-check';

// What somebody may send: good things with something wrong in them, as structure and as bytes.

const uuid = '7b6b7b3e-3f5c-4f5e-9d5b-0c2b0f3b6a10';
const order = {
  shop: 'shop1',
  items: [{ dish: 'rice', quantity: 2, note: '少放辣' }],
  customer: { name: '小明', phone: '+86 138 0000 0000', address: '人民路 1 号' },
  note: 'x',
  expectedTotalCents: 400,
};
const command = { type: 'command', id: uuid };
const frames: object[] = [
  { type: 'hello', role: 'shop', shop: 'shop1', token: 'x', device: uuid, epoch: uuid, after: 3, lastId: uuid },
  { type: 'hello', role: 'customer', order: uuid, token: 'x' },
  { type: 'hello', role: 'visitor', shop: 'shop1' },
  { type: 'ping', epoch: uuid, after: 3 },
  { type: 'ack', seq: 3 },
  { ...command, op: 'accept', order: uuid, version: 1, prepMinutes: 20, after: 3 },
  { ...command, op: 'reject', order: uuid, version: 1, reason: 'other' },
  { ...command, op: 'put_dish', dish: 'a', name: 'b', category: 'c', priceCents: 1, available: true },
  {
    ...command,
    op: 'replace_menu',
    upload: command.id,
    part: 1,
    parts: 1,
    dishes: [{ id: 'a', name: 'b', priceCents: 1 }],
  },
  { ...command, op: 'order_dishes', dishes: ['a', 'b'] },
  { ...command, op: 'list_orders', day: '2026-01-31', afterNumber: 1 },
  { action: 'sendmessage', data: 'hello', to: 'ABCD' },
  { action: 'join', pass: 'x.y' },
];
const shop = {
  id: 'shop1',
  name: 'Noodles',
  currency: 'CNY',
  timeZone: 'Asia/Shanghai',
  webhook: { url: 'https://hooks.example/', secret: `whsec_${'a'.repeat(32)}` },
  dishes: [{ id: 'rice', name: 'Rice', priceCents: 200 }],
};

/** Values that programs stumble over. */
const odd: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(
    ...[null, true, false, 0, -0, -1, 0.5, 1e308, 2 ** 31, 2 ** 53, '', ' ', '\0', '\ud800', '\u200b', '\u202e'],
    ...['__proto__', 'constructor', "'; drop table orders; --", '1', 'x'.repeat(300), '🍜'.repeat(201)],
    // JSON can hold an object that makes no text.
    ...[[], {}, [[]], [null], { length: 1 }, { toString: 0 }, [{ toString: 0 }]],
  ),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.jsonValue({ maxDepth: 3 }),
  fc.double(),
);

/** A value with one part of it, anywhere, made another, doubled, or left out. */
function spoiled(value: unknown): fc.Arbitrary<unknown> {
  if (typeof value !== 'object' || value === null) return fc.oneof(odd, fc.constant(value));
  const keys = Object.keys(value);
  const part = keys.map(key => {
    const inner = (value as Record<string, unknown>)[key];
    const withPart = (other: unknown) =>
      Array.isArray(value) ? value.map((each, at) => (String(at) === key ? other : each)) : { ...value, [key]: other };
    return spoiled(inner).map(withPart);
  });
  const whole = [
    odd,
    fc
      .tuple(fc.string(), odd)
      .map(([key, other]) => (Array.isArray(value) ? [...value, other] : { ...value, [key]: other })),
    fc
      .constantFrom(...(keys.length > 0 ? keys : ['none']))
      .map(gone => Object.fromEntries(Object.entries(value).filter(([key]) => key !== gone))),
    fc.constant(value),
  ];
  return fc.oneof(...part, ...part, ...whole);
}

/** Some edits of a text: bytes that are changed, cut, doubled, put in. */
function edited(bytes: Buffer, times: number): fc.Arbitrary<Buffer> {
  const edit = fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    how: fc.constantFrom('change', 'insert', 'cut', 'drop', 'double'),
    byte: fc.oneof(fc.nat(255), fc.constantFrom(...Buffer.from('"{}[]:,\\0-e\r\n \0'))),
  });
  return fc.array(edit, { maxLength: times }).map(edits => edits.reduce(applyEdit, bytes));
}

function applyEdit(bytes: Buffer, { at, how, byte }: { at: number; how: string; byte: number }): Buffer {
  const index = Math.floor(at * bytes.length);
  const [before, after] = [bytes.subarray(0, index), bytes.subarray(index)];
  if (how === 'cut') return before;
  if (how === 'drop') return Buffer.concat([before, after.subarray(1)]);
  if (how === 'double') return Buffer.concat([before, after, after]).subarray(0, 20_000);
  return Buffer.concat([before, Buffer.from([byte]), how === 'change' ? after.subarray(1) : after]);
}

/** A good value, spoiled up to three times. */
const structure = (...values: unknown[]) =>
  fc
    .constantFrom(...values)
    .chain(spoiled)
    .chain(value => fc.oneof(fc.constant(value), spoiled(value)));

/** JSON of it, whose bytes are then edited: often not at all, since what is no JSON is not read any further. */
const bytesOf = (values: fc.Arbitrary<unknown>) =>
  fc
    .tuple(values, fc.constantFrom(0, 0, 1, 4))
    .chain(([value, times]) => edited(Buffer.from(JSON.stringify(value) ?? ''), times));

/** Bodies of an order. */
export const orderBodies: fc.Arbitrary<Buffer> = fc.oneof(
  bytesOf(structure(order)),
  fc.uint8Array({ maxLength: 200 }).map(bytes => Buffer.from(bytes)),
);
/** Requests of an order as parsed JSON. */
export const orderValues: fc.Arbitrary<unknown> = structure(order, order, [order]);
/** Frames of clients, of the ordering and of the chat; `undefined` is a binary one. */
export const frameTexts: fc.Arbitrary<string | undefined> = fc.oneof(
  { weight: 20, arbitrary: bytesOf(structure(...frames)).map(String) },
  { weight: 3, arbitrary: fc.string({ unit: 'binary' }) },
  { weight: 1, arbitrary: fc.constant(undefined) },
);
/** Events of `init_db`. */
export const initEvents: fc.Arbitrary<unknown> = structure(
  { shops: [shop] },
  { demo: true, rotateKeys: ['shop1'], newEpoch: true },
  { erase: { phone: '138' } },
);
/** Queries, as they stand behind the question mark. */
export const queries: fc.Arbitrary<string> = fc.oneof(
  fc
    .array(
      fc.tuple(
        fc.constantFrom('shop', 'after', 'what', '__proto__', ''),
        fc.string({ unit: 'binary', maxLength: 120 }),
      ),
      { maxLength: 4 },
    )
    .map(pairs =>
      new URLSearchParams(pairs.map(([name, value]): [string, string] => [name, value.toWellFormed()])).toString(),
    ),
  edited(Buffer.from('shop=shop1&after=%E5%A5%BD'), 6).map(bytes => bytes.toString('latin1')),
);

const tencent = (body: unknown) => ({
  requestContext: {
    serviceId: 's',
    path: '/bill',
    httpMethod: 'POST',
    requestId: 'r',
    identity: {},
    sourceIp: '192.0.2.1',
    stage: 'release',
  },
  headers: { 'content-type': 'application/json', 'idempotency-key': uuid },
  body,
  path: '/bill',
  queryString: { shop: 'shop1', after: ['a', 'b'] },
  httpMethod: 'POST',
  isBase64Encoded: false,
});
const aws = (body: unknown) => ({
  version: '2.0',
  rawPath: '/bill',
  rawQueryString: 'shop=shop1',
  headers: { 'content-type': 'application/json', 'idempotency-key': uuid },
  requestContext: { http: { method: 'POST', sourceIp: '192.0.2.1' }, requestId: 'r' },
  body,
  isBase64Encoded: false,
});
const text = JSON.stringify(order);

/** Events of HTTP as the two clouds send them. */
export const httpEvents: fc.Arbitrary<unknown> = structure(
  ...[tencent, aws].flatMap(event => [
    event(text),
    { ...event(Buffer.from(text).toString('base64')), isBase64Encoded: true },
  ]),
);
/** What functions answer: of register, of a route, of an authorizer; and what a cloud says of one that failed. */
export const functionAnswers: fc.Arbitrary<unknown> = structure(
  { errNo: 0, errMsg: 'ok', websocket: { action: 'connecting', secConnectionID: 'c', secWebSocketProtocol: 'chat' } },
  { errNo: 1, errMsg: 'no' },
  { statusCode: 200, headers: { 'content-type': 'text/plain' }, body: 'b2s=', isBase64Encoded: true },
  {
    principalId: 'me',
    policyDocument: { Statement: [{ Effect: 'Allow', Action: 'execute-api:Invoke', Resource: '*' }] },
    context: { tenant: 'a', number: 1 },
  },
);
/** Frames of a server as JSON; also of one that is not ours. */
export const serverFrameTexts: fc.Arbitrary<string> = bytesOf(
  structure(
    { type: 'welcome', role: 'shop', pingSeconds: 240, epoch: uuid, head: 3 },
    { type: 'welcome', role: 'customer', pingSeconds: 240, order: { ...order, id: uuid } },
    { type: 'events', epoch: uuid, head: 3, events: [{ seq: 3, id: uuid, type: 'order.placed', order: { id: uuid } }] },
    { type: 'snapshot', epoch: uuid, head: 3, index: 0, last: true, orders: [{ id: uuid }], shop },
    { type: 'result', id: uuid, ok: false, error: { code: 'not_found', message: 'x' } },
  ),
).map(String);
/** Events of WebSocket as the two clouds send them, and bodies of a push. */
export const socketEvents: fc.Arbitrary<unknown> = structure(
  { websocket: { action: 'data send', secConnectionID: 'c', dataType: 'text', data: JSON.stringify(frames[3]) } },
  { websocket: { action: 'data send', secConnectionID: 'c', dataType: 'binary', data: 'AAEC' } },
  { requestContext: { sourceIp: '192.0.2.1' }, websocket: { action: 'connecting', secConnectionID: 'c' } },
  { websocket: { action: 'closing', secConnectionID: 'c' } },
  {
    requestContext: { eventType: 'CONNECT', connectionId: 'c', identity: { sourceIp: '::1' } },
    headers: { Origin: 'x' },
  },
  { requestContext: { eventType: 'MESSAGE', connectionId: 'c' }, body: JSON.stringify(frames[4]) },
  { requestContext: { eventType: 'DISCONNECT', connectionId: 'c' } },
);
