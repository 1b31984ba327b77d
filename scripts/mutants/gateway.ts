import { change, type Mutant } from './mutant.ts';

const CONNECTIONS = 'apigateway/server/connections.ts';
const FRAMES = 'apigateway/server/frames.ts';
const BACKPLANE = 'apigateway/backplane/backplane.ts';
const BACKPLANE_SUITE = 'tests/backplane/backplane.test.ts';

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
    name: 'an instance that nobody listens for, which is taken for gone',
    changes: change(BACKPLANE, "if (!isHeard) finish('unknown');", "if (!isHeard) finish('gone');"),
    suite: BACKPLANE_SUITE,
    test: 'nobody listens',
  },
  {
    name: 'a backplane that is away, which is taken for gone',
    changes: change(BACKPLANE, "          () => finish('unknown'),", "          () => finish('gone'),"),
    suite: BACKPLANE_SUITE,
    test: 'F50',
  },
  {
    name: 'a backplane session that is half open, and nobody notices',
    changes: change(
      'apigateway/backplane/line.ts',
      "    if (attempt.isUnheard) return lost(attempt, new Error('it does not hear itself'));\n",
      '',
    ),
    suite: BACKPLANE_SUITE,
    test: 'half-open session',
  },
  {
    name: 'a listener whose lock nobody asks for',
    changes: change(
      'apigateway/backplane/postgres.ts',
      'resolve(!free.has(channel))',
      'resolve(free.size >= 0 || channel === "")',
    ),
    suite: BACKPLANE_SUITE,
    test: 'nobody listens',
  },
  {
    name: 'a large frame that is not made a nudge',
    changes: change('apigateway/backplane/push.ts', 'return nudgeFor(text) ?? text;', 'return text;'),
    suite: BACKPLANE_SUITE,
    test: 'nudge',
  },
  {
    name: 'pages that are sent faster than a platform lets through',
    changes: change('apigateway/server/outbox.ts', '      if (waitMs > 0) {', '      if (waitMs > 1e9) {'),
    suite: 'tests/apigateway/outbox.test.ts',
    test: 'in any second',
  },
  {
    name: 'a connection that the platform cuts, because we do not close it before',
    changes: change('apigateway/server/watch.ts', 'if (lifeMs > 0 && ', 'if (lifeMs > 1e9 && '),
    suite: 'tests/apigateway/outbox.test.ts',
    test: 'as long as it may',
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
