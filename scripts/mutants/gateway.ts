import { change, type Mutant } from './mutant.ts';

const CONNECTIONS = 'apigateway/server/connections.ts';
const FRAMES = 'apigateway/server/frames.ts';

/** What can be wrong in the gateway, and in how it is pushed to. */
export const gatewayMutants: Mutant[] = [
  {
    name: 'frames of one connection side by side',
    changes: change(
      FRAMES,
      '      if (!connection.isBusy) return void run(connection, event);\n',
      '      if (connection.waiting === undefined) return void run(connection, event);\n',
    ),
    suite: 'tests/apigateway/frames.test.ts',
    test: 'one after another',
  },
  {
    name: 'a client faster than transport that is read on and on',
    changes: change(FRAMES, '      if (connection.waiting.length >= MAX_WAITING) connection.socket.pause();\n', ''),
    suite: 'tests/mutants/unread.test.ts',
  },
  {
    name: 'a transport that fails, which nobody minds',
    changes: change(FRAMES, "      closeClient(connection, 1011, 'the function failed');\n", ''),
    suite: 'tests/apigateway/foreign-functions.test.ts',
    test: 'answers 500',
  },
  {
    name: 'a connection that ends without cleanup',
    changes: change(CONNECTIONS, '    await cleanup(id, api);\n    done();\n', '    done();\n'),
    suite: 'tests/apigateway/frames.test.ts',
    test: 'cleanup is called once',
  },
  {
    name: 'cleanup before the frames that had come in',
    changes: change(CONNECTIONS, '    if (!isBusy) void finish(connection);', '    void finish(connection);'),
    suite: 'tests/apigateway/frames.test.ts',
    test: 'cleanup is called once',
  },
  {
    name: 'a handshake that came to nothing, without cleanup',
    changes: change(CONNECTIONS, '      if (api !== undefined) await cleanup(id, api);\n', ''),
    suite: 'tests/apigateway/handshake.test.ts',
    test: 'does not answer in time',
  },
  {
    name: 'a connection that is gone while it is only opening',
    changes: change(
      'apigateway/server/delivery.ts',
      "    if (connection === 'connecting') return 'notOpenYet';",
      "    if (connection === 'connecting') return 'connectionNotFound';",
    ),
    suite: 'tests/apigateway/send-back.test.ts',
    test: 'during register',
  },
  {
    name: 'a connection that is found under another API',
    changes: change('apigateway/server/delivery.ts', ' || connection.api.apiId !== apiId) return', ') return'),
    suite: 'tests/apigateway/send-back.test.ts',
    test: 'only under the API',
  },
  {
    name: 'a client that does not read, for whom everything is kept',
    changes: change('apigateway/server/delivery.ts', 'if (socket.bufferedAmount > maxBufferedBytes) {', 'if (false) {'),
    suite: 'tests/apigateway/send-back.test.ts',
    test: 'does not read',
  },
  {
    name: 'a time-out of a push that is taken for gone',
    changes: change(
      'apigateway/tencent/push.ts',
      "    } catch {\n      return 'unknown';",
      "    } catch {\n      return 'gone';",
    ),
    suite: 'tests/apigateway/push.test.ts',
    test: 'F30',
  },
  {
    name: 'a 404 of the send-back URL that is taken for gone',
    changes: change('apigateway/tencent/push.ts', 'goneStatuses = [410]', 'goneStatuses = [404, 410]'),
    suite: 'tests/apigateway/push.test.ts',
  },
  {
    name: 'a push that was taken because the answer was 200',
    changes: change(
      'apigateway/tencent/push.ts',
      "      if (errNo === 0) return 'sent';",
      "      if (errNo !== undefined) return 'sent';",
    ),
    suite: 'tests/apigateway/push.test.ts',
  },
  {
    name: 'a push without a time-out',
    changes: change('apigateway/tencent/push.ts', '{ signal: deadline.signal }', '{}'),
    suite: 'tests/apigateway/push.test.ts',
    test: 'F30',
  },
  {
    name: 'a foreign Origin that is let in',
    changes: change(
      'apigateway/server/origin.ts',
      'return page.host === host?.toLowerCase() || (',
      "return page.host !== '' || (",
    ),
    suite: 'tests/apigateway/handshake.test.ts',
    test: 'Origin',
  },
];
