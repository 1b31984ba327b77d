import assert from 'node:assert/strict';
import fc from 'fast-check';
import { authorizationOf } from '../../../apigateway/aws/authorizer-answer.ts';
import { httpFunction as httpOnAws } from '../../../apigateway/aws/http-function.ts';
import {
  decodeConnect as connectOnAws,
  decodeDisconnect as disconnectOnAws,
  decodeMessage as messageOnAws,
} from '../../../apigateway/aws/websocket-events.ts';
import { readAddress } from '../../../apigateway/network-address.ts';
import { wordsOf } from '../../../apigateway/record.ts';
import { readTarget } from '../../../apigateway/server/http/request-target.ts';
import { readHttpAnswer } from '../../../apigateway/tencent/http-answer.ts';
import { httpFunction } from '../../../apigateway/tencent/http-function.ts';
import { verdictOf } from '../../../apigateway/tencent/register-answer.ts';
import { decodeSendBack } from '../../../apigateway/tencent/send-back.ts';
import { decodeClosing, decodeConnecting, decodeDataSend } from '../../../apigateway/tencent/websocket-events.ts';
import { bill } from '../../../functions/bill/bill.ts';
import { parseChatClientFrame } from '../../../functions/domain/chat/client-frame.ts';
import { parseClientFrame } from '../../../functions/domain/client-frame.ts';
import { parseInitEvent } from '../../../functions/domain/init-event.ts';
import { decodeUtf8, parseJson } from '../../../functions/domain/json.ts';
import { isJson } from '../../../functions/domain/media-type.ts';
import { proofOfWork } from '../../../functions/domain/order-proof.ts';
import { canonicalOrder, type OrderRequest, parseOrderRequest } from '../../../functions/domain/place-order.ts';
import { parseServerFrame } from '../../../functions/domain/received.ts';
import { Refusal, statusOfCode } from '../../../functions/domain/refusal.ts';
import { getShopInfo } from '../../../functions/get_shop_info/get-shop-info.ts';
import {
  frameTexts,
  functionAnswers,
  httpEvents,
  initEvents,
  orderBodies,
  orderValues,
  queries,
  serverFrameTexts,
  socketEvents,
} from './inputs.ts';

/** Something that reads what comes from outside, and what must hold whatever comes. */
export interface FuzzTarget {
  name: string;
  property: fc.IRawProperty<unknown>;
}

/** No input may take longer, milliseconds; far above what a busy machine needs. */
const MOST_MS = 2_000;

/** What a reader made of an input: a value, or the refusal that a caller may be told. Anything else is a fault. */
function readingOf<Value>(read: () => Value, expected: (error: unknown) => boolean = isRefusal): Value | undefined {
  const from = performance.now();
  try {
    return read();
  } catch (error) {
    if (!expected(error)) throw error;
    return undefined;
  } finally {
    assert.deepEqual(Object.keys(Object.prototype), [], 'a prototype was changed');
    assert(performance.now() - from < MOST_MS, 'it took too long');
  }
}

function isRefusal(error: unknown): boolean {
  return error instanceof Refusal && error.code in statusOfCode && error.code !== 'internal' && error.message !== '';
}

const isOtherEvent = (error: unknown) => error instanceof TypeError && /^not an? /.test(error.message);

/** What is believed of an order that was let in, looked at by other means than those that let it in. */
function checkOrder(order: OrderRequest): void {
  const { items, customer } = order;
  assert.match(order.shop, /^[\w-]{1,64}$/);
  assert(items.length >= 1 && items.length <= 50);
  for (const { quantity } of items) assert(Number.isSafeInteger(quantity) && quantity >= 1 && quantity <= 99);
  for (const text of [customer.name, customer.address ?? '', order.note ?? '', ...items.map(({ note = '' }) => note)]) {
    assert(!text.includes('\0') && text.isWellFormed() && [...text].length <= 200);
  }
  assert.match(customer.phone, /\d/);
  assert.deepEqual(parseOrderRequest(JSON.parse(JSON.stringify(order))), order);
  assert.equal(canonicalOrder({ ...order, items: [...items].reverse() }), canonicalOrder(order));
}

const target = <Input>(name: string, inputs: fc.Arbitrary<Input>, check: (input: Input) => unknown): FuzzTarget => ({
  name,
  property: fc.asyncProperty(inputs, async input => {
    await check(input);
  }) as fc.IRawProperty<unknown>,
});

const placed = { order: '{"id":"x"}', orderId: 'x', event: undefined, screens: undefined };
const placing = bill({
  orders: { place: async () => placed, async countRefused() {} },
  announce: async () => {},
  tokenOf: () => 'token',
  subjectOf: address => address,
  securityEvents: { tell() {} },
  proofs: proofOfWork(['the secret of a fuzz, which is long enough'], Date.now),
  warnOfFlood: async () => {},
});
const reading = getShopInfo(() => ({
  byId: async id => (id === 'shop1' ? { shop: '{"id":"shop1"}', state: 'a' } : undefined),
  list: async () => ({ shops: [], next: undefined, state: 'b' }),
  stateOf: async () => 'a',
  slots: async () => '[]',
}));

/** Functions answer every event of HTTP, and 500 only to one that is none. */
async function checkAnswer(event: unknown, dialect: typeof httpFunction | typeof httpOnAws): Promise<void> {
  for (const handler of [placing, reading]) {
    const faults: unknown[] = [];
    const { statusCode, body } = await dialect(handler, (_, error) => faults.push(error))(event);
    assert(faults.every(isOtherEvent), String(faults[0]));
    assert.equal(statusCode === 500, faults.length > 0);
    assert(statusCode === 304 || typeof JSON.parse(body) === 'object');
    assert(!/\bat .*:\d+:\d+/.test(body), 'a stack is answered');
  }
}

/** All of them. */
export const fuzzTargets: FuzzTarget[] = [
  target('bytes of a body', orderBodies, bytes => {
    const text = decodeUtf8(bytes);
    if (text === undefined) return;
    const value = readingOf(() => ({ json: parseJson(text) }));
    if (value === undefined) return;
    assert.deepEqual(value.json, JSON.parse(text));
    const order = readingOf(() => parseOrderRequest(value.json));
    if (order !== undefined) checkOrder(order);
  }),
  target('the structure of an order', orderValues, value => {
    const order = readingOf(() => parseOrderRequest(JSON.parse(JSON.stringify(value) ?? 'null')));
    if (order !== undefined) checkOrder(order);
  }),
  target('frames of the ordering', frameTexts, text => {
    const frame = readingOf(() => parseClientFrame(text));
    if (frame === undefined) return;
    assert(['hello', 'ping', 'ack', 'command', 'bad_command'].includes(frame.type));
    if (frame.type === 'bad_command') assert(frame.refusal.code in statusOfCode && /^[\da-f-]{36}$/i.test(frame.id));
    else assert.deepEqual(parseClientFrame(JSON.stringify(frame)), frame);
  }),
  target('frames of the chat', frameTexts, text => {
    const frame = readingOf(() => parseChatClientFrame(text));
    if (frame?.action === 'sendmessage') assert(frame.data !== '' && !frame.data.includes('\0'));
  }),
  target('events of init_db', initEvents, event =>
    readingOf(() => parseInitEvent(JSON.parse(JSON.stringify(event) ?? 'null'))),
  ),
  target('events of HTTP, Tencent', httpEvents, event => checkAnswer(event, httpFunction)),
  target('events of HTTP, AWS', httpEvents, event => checkAnswer(event, httpOnAws)),
  target('events of WebSocket', socketEvents, event => {
    for (const read of [decodeConnecting, decodeDataSend, decodeClosing, connectOnAws, messageOnAws, disconnectOnAws]) {
      const call = readingOf(() => read(event, 'r'), isOtherEvent);
      if (call !== undefined) assert(typeof call.connectionId === 'string' && call.connectionId !== '');
    }
    const push = readingOf(() => decodeSendBack(event));
    if (push?.action === 'data send') assert(typeof push.data === 'string' || Buffer.isBuffer(push.data));
  }),
  target('answers of functions', functionAnswers, answer => {
    for (const each of [answer, JSON.stringify(answer)]) {
      const verdict = verdictOf(each, 'c', 'chat, other');
      assert(verdict.accepted ? (verdict.protocol ?? 'chat') === 'chat' : verdict.message !== undefined);
    }
    const authorized = authorizationOf(answer, 'arn:aws:execute-api:x:1:api/stage/$connect');
    if (authorized.allowed) assert(Object.values(authorized.authorizer).every(value => typeof value === 'string'));
    const http = readHttpAnswer(answer, undefined);
    if (http !== undefined) assert(http.status >= 200 && http.status < 600);
    assert.equal(typeof wordsOf(answer), 'string');
  }),
  target('frames of a server', serverFrameTexts, text => {
    const frame = parseServerFrame(text);
    if (frame?.type === 'welcome') assert(['shop', 'customer', 'visitor'].includes(frame.role));
  }),
  target('queries', queries, async query => {
    const target = readTarget('GET', `/get_shop_info?${query}`);
    if (target === undefined) return;
    const event = {
      version: '2.0',
      rawPath: target.path,
      rawQueryString: target.search.slice(1),
      headers: {},
      requestContext: { http: { method: 'GET' } },
    };
    await checkAnswer(event, httpOnAws);
  }),
  target('headers', fc.string({ unit: 'binary' }), text => {
    assert.equal(typeof readingOf(() => isJson(text)), 'boolean');
    assert.equal(typeof readingOf(() => isJson(`application/json;${text}`)), 'boolean');
    const address = readingOf(() => readAddress(text));
    if (address !== undefined) assert.equal(readAddress(address), address);
    readingOf(() => readTarget('GET', text));
  }),
];
