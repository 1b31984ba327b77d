import { change, type Mutant } from './mutant.ts';

const SEND_BACK = 'apigateway/server/send-back/send-back.ts';
const CALL = 'apigateway/server/send-back/call.ts';
const REGISTER = 'apigateway/tencent/register-answer.ts';
const EVENTS_SUITE = 'tests/apigateway/websocket-events.test.ts';
const SEND_BACK_SUITE = 'tests/apigateway/send-back.test.ts';

/** What functions that were written for the documented contract rely on in the gateway. */
export const gatewayContractMutants: Mutant[] = [
  {
    name: 'a place of the send-back secret that cannot be switched off',
    changes: change(CALL, "return places.has('bearer') ? value : '';", 'return value;'),
    suite: SEND_BACK_SUITE,
    test: 'switched off',
  },
  {
    name: 'a send-back URL that tells strangers which APIs there are',
    changes: change(
      SEND_BACK,
      '    if (options.secrets.length > 0 && !call.secrets.some(isSecret)) {',
      '    if (apiIds.has(call.name ?? "") && options.secrets.length > 0 && !call.secrets.some(isSecret)) {',
    ),
    suite: SEND_BACK_SUITE,
    test: 'which APIs there are',
  },
  {
    name: 'a URL that is known after a call that gave the secret beside it',
    changes: change(SEND_BACK, ' && headers.authorization === undefined', ''),
    suite: SEND_BACK_SUITE,
    test: 'beside the URL',
  },
  {
    name: 'a push on the port of clients whose secret is not in the path',
    changes: change(SEND_BACK, "new Set(['path']);", "new Set(['path', 'query', 'bearer']);"),
    suite: SEND_BACK_SUITE,
    test: 'port of clients',
  },
  {
    name: 'a cleanup that failed, which nobody calls again',
    changes: change(
      'apigateway/server/websocket/farewells.ts',
      'if (isHurried || performance',
      'if (waitMs > 0 || performance',
    ),
    suite: 'tests/apigateway/frames.test.ts',
    test: 'called again until it works',
  },
  {
    name: 'failed cleanups that wait without bound',
    changes: change('apigateway/server/websocket/farewells.ts', ' || waiting.size >= MAX_WAITING)', ')'),
    suite: 'tests/apigateway/farewells.test.ts',
    test: 'so many wait',
  },
  {
    name: 'a register that has to answer more than the document asks for',
    changes: change(REGISTER, '(secConnectionID || connectionId) !== connectionId', 'secConnectionID !== connectionId'),
    suite: EVENTS_SUITE,
    test: 'register lets in',
  },
  {
    name: 'a subprotocol that was not offered',
    changes: change(
      REGISTER,
      'chosen.find(each => offeredProtocols',
      "chosen.find(each => each === 'c' || offeredProtocols",
    ),
    suite: EVENTS_SUITE,
    test: 'does not believe register',
  },
  {
    name: 'a function with a callback that is not waited for',
    changes: change('apigateway/server/targets/call-function.ts', 'else if (main.length < 3)', 'else'),
    suite: 'tests/apigateway/call-function.test.ts',
  },
  {
    name: 'an answer with a status that is taken for the body',
    changes: change(
      'apigateway/tencent/http-answer.ts',
      "isIntegrated ?? 'statusCode' in record(value)",
      'isIntegrated',
    ),
    suite: 'tests/apigateway/http.test.ts',
    test: 'by its statusCode',
  },
  {
    name: 'a path with a variable that hides one without',
    changes: change(
      'apigateway/server/http/route-table.ts',
      '    if (place !== undefined) return',
      '    if (place !== undefined && patterns.length === 0) return',
    ),
    suite: 'tests/apigateway/http.test.ts',
    test: 'is found by',
  },
  {
    name: 'messages in many fragments that are cut',
    changes: change(
      'apigateway/server/websocket/handshake.ts',
      'maxFragments: Math.max(MIN_FRAGMENTS, maxMessageBytes)',
      'maxFragments: 16_384',
    ),
    suite: 'tests/apigateway/rfc6455.test.ts',
    test: '65,536 fragments',
  },
  {
    name: 'open connections that keep the functions of a configuration that is no more',
    changes: change(
      'apigateway/server/serving.ts',
      'return kept === undefined ? api : Object.assign(kept, api);',
      'return api;',
    ),
    suite: 'tests/apigateway/reconfigure.test.ts',
    test: 'as they are now',
  },
  {
    name: 'a fault of the configuration that is said without its line',
    changes: change('scripts/gateway-command/json.ts', "source.slice(0, position).split('\\n').length", '1'),
    suite: 'tests/package/json.test.ts',
  },
  {
    name: 'a secret that is shown as it was mistyped',
    changes: change('apigateway/server/option-faults.ts', "isSecret ? '' : `", "isSecret && path.length > 9 ? '' : `"),
    suite: 'tests/package/configuration.test.ts',
    test: 'Secret is named',
  },
];
