import { change, type Mutant } from './mutant.ts';

const SEND_BACK = 'apigateway/server/send-back/send-back.ts';
const CALL = 'apigateway/server/send-back/call.ts';
const SEND_BACK_SUITE = 'tests/apigateway/send-back.test.ts';

/** What functions that were written for the documented contract rely on in the gateway. */
export const gatewayContractMutants: Mutant[] = [
  {
    name: 'a place of the send-back secret that cannot be switched off',
    changes: change(
      CALL,
      "if (parts.length === 2 && first !== undefined && places.has('path'))",
      'if (first !== undefined)',
    ),
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
    name: 'a push on the port of clients whose secret is not in the path',
    changes: change(SEND_BACK, "new Set(['path']);", "new Set(['path', 'query', 'bearer']);"),
    suite: SEND_BACK_SUITE,
    test: 'port of clients',
  },
];
