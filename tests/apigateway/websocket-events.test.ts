import fc from 'fast-check';
import { registerAnswer, verdictOf } from '../../apigateway/tencent/register-answer.ts';
import { decodeSendBack } from '../../apigateway/tencent/send-back.ts';
import {
  closingEvent,
  connectingEvent,
  dataSendEvent,
  decodeClosing,
  decodeConnecting,
  decodeDataSend,
} from '../../apigateway/tencent/websocket-events.ts';

const id = fc.string({ minLength: 1, maxLength: 64 });
const overTheWire = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

const connecting = {
  connectionId: 'c1',
  remoteAddress: '203.0.113.7',
  requestId: 'r1',
  serviceName: 'pgws',
  path: '/pgws',
  stage: 'release',
  protocols: undefined,
  extensions: undefined,
};

test('a connecting event has the documented shape, and the two headers only when the client sent them', () => {
  expect(connectingEvent(connecting)).toEqual({
    requestContext: {
      serviceName: 'pgws',
      path: '/pgws',
      httpMethod: 'GET',
      requestId: 'r1',
      identity: {},
      sourceIp: '203.0.113.7',
      stage: 'release',
      websocketEnable: true,
    },
    websocket: { action: 'connecting', secConnectionID: 'c1' },
  });
  expect(connectingEvent({ ...connecting, protocols: 'a, b', extensions: 'x' }).websocket).toEqual({
    action: 'connecting',
    secConnectionID: 'c1',
    secWebSocketProtocol: 'a, b',
    secWebSocketExtensions: 'x',
  });
});

test('decoding a built event gives what went in', () => {
  fc.assert(
    fc.property(id, fc.option(fc.ipV6(), { nil: undefined }), fc.uuid(), (connectionId, remoteAddress, requestId) => {
      const event = overTheWire(connectingEvent({ ...connecting, connectionId, remoteAddress, requestId }));
      expect(decodeConnecting(event, requestId)).toEqual({ connectionId, remoteAddress, requestId });
      expect(decodeClosing(overTheWire(closingEvent(connectionId)), requestId)).toEqual({ connectionId, requestId });
    }),
  );
  fc.assert(
    fc.property(id, fc.string({ unit: 'grapheme' }), (connectionId, text) => {
      const event = overTheWire(dataSendEvent(connectionId, text));
      expect(decodeDataSend(event, 'r1')).toEqual({ connectionId, text, requestId: 'r1' });
      expect(decodeSendBack(event)).toEqual({ action: 'data send', connectionId, data: text });
    }),
  );
  fc.assert(
    fc.property(id, fc.uint8Array(), (connectionId, bytes) => {
      const event = overTheWire(dataSendEvent(connectionId, Buffer.from(bytes)));
      expect(decodeDataSend(event, 'r1')).toEqual({ connectionId, text: undefined, requestId: 'r1' });
      expect(decodeSendBack(event)).toEqual({ action: 'data send', connectionId, data: Buffer.from(bytes) });
    }),
  );
});

test.each([
  ['nothing', undefined],
  ['another action', { websocket: { action: 'closing', secConnectionID: 'c1' } }],
  ['no id', { websocket: { action: 'data send', dataType: 'text', data: 'x' } }],
  ['no data', { websocket: { action: 'data send', secConnectionID: 'c1', dataType: 'text' } }],
])('transport does not take %s', (_, event) => {
  expect(() => decodeDataSend(event, 'r1')).toThrow(TypeError);
});

test.each([
  [null],
  ['x'],
  [{}],
  [{ websocket: {} }],
  [{ websocket: { action: 'data send', secConnectionID: 'c1', dataType: 'text' } }],
  [{ websocket: { action: 'data send', secConnectionID: 'c1', dataType: 'other', data: 'x' } }],
  [{ websocket: { action: 'data send', secConnectionID: '', dataType: 'text', data: 'x' } }],
  [{ websocket: { action: 'data send', secConnectionID: 'c1', dataType: 'binary', data: '§' } }],
  [{ websocket: { action: 'connecting', secConnectionID: 'c1' } }],
  [{ websocket: { action: 'closing', secConnectionID: 7 } }],
])('%j is not a send-back call', body => {
  expect(decodeSendBack(body)).toBeUndefined();
});

test('an accepting answer takes the first offered subprotocol and passes the gateway’s check', () => {
  const event = connectingEvent({ ...connecting, protocols: 'a, b' });
  const answer = overTheWire(registerAnswer(event, 0, 'ok'));
  expect(answer).toEqual({
    errNo: 0,
    errMsg: 'ok',
    websocket: { action: 'connecting', secConnectionID: 'c1', secWebSocketProtocol: 'a' },
  });
  expect(verdictOf(answer, 'c1', 'a, b')).toEqual({ accepted: true, protocol: 'a' });
});

test('an errNo other than 0 refuses', () => {
  const answer = registerAnswer(connectingEvent(connecting), 1, 'no room');
  expect(verdictOf(answer, 'c1', undefined)).toEqual({ accepted: false, reason: 'refused', message: 'no room' });
});

const good = { action: 'connecting', secConnectionID: 'c1' };
test.each<[unknown, string | undefined]>([
  [{ errNo: 0, errMsg: 'ok' }, undefined],
  [JSON.stringify({ errNo: 0, errMsg: 'ok', websocket: { ...good, secWebSocketProtocol: 'b' } }), 'b'],
  [{ errNo: 0, websocket: { action: '', secConnectionID: null, secWebSocketProtocol: null } }, undefined],
  [{ errNo: 0, websocket: { ...good, secWebSocketProtocol: 'a, b' } }, 'a'],
  [{ errNo: 0, websocket: { ...good, secWebSocketProtocol: 'c,b,a' } }, 'b'],
])('register lets in with %j, as the document and published functions have it', (answer, protocol) => {
  expect(verdictOf(answer, 'c1', 'a, b')).toEqual({ accepted: true, protocol });
});

test('a frame is understood under both names that documents have for its action', () => {
  const { websocket } = dataSendEvent('c1', 'x');
  const received = { websocket: { ...websocket, action: 'data recv' } };
  expect(decodeDataSend(received, 'r1')).toEqual({ connectionId: 'c1', text: 'x', requestId: 'r1' });
  expect(decodeSendBack(received)).toEqual({ action: 'data send', connectionId: 'c1', data: 'x' });
});

test.each([
  [undefined],
  ['ok'],
  [{}],
  [{ errNo: '0', websocket: good }],
  ['{"errNo":0'],
  [{ errNo: null }],
  [{ errNo: 0, websocket: { ...good, action: 'closing' } }],
  [{ errNo: 0, websocket: { ...good, secConnectionID: 'c2' } }],
  [{ errNo: 0, websocket: { ...good, secWebSocketProtocol: 'c' } }],
  [{ errNo: 0, websocket: { ...good, secWebSocketProtocol: 'c, d' } }],
  [{ errNo: 0, websocket: { ...good, secWebSocketProtocol: 7 } }],
])('the gateway does not believe register’s answer %j', answer => {
  expect(verdictOf(answer, 'c1', 'a, b')).toMatchObject({ accepted: false, reason: 'invalid' });
});
