import { change, type Mutant } from './mutant.ts';

const CONNECTIONS = 'apigateway/server/websocket/connections.ts';
const FRAMES = 'apigateway/server/websocket/frames.ts';
const WATCH = 'apigateway/server/websocket/watch.ts';
const BACKPLANE = 'apigateway/backplane/backplane.ts';
const BACKPLANE_SUITE = 'tests/backplane/backplane.test.ts';

/** What can be wrong in the gateway, and in how it is pushed to. */
export const gatewayMutants: Mutant[] = [
  {
    name: 'a start that is refused, and keeps its process from ending',
    changes: change(
      'apigateway/server/gateway.ts',
      '    await connections.close(0);\n    targets.close();\n    throw error;\n',
      '    throw error;\n',
    ),
    suite: 'tests/dialects/token.test.ts',
  },
  {
    name: 'descriptors that are used up without a word',
    changes: change('apigateway/server/descriptors.ts', "new Set(['EMFILE', 'ENFILE'])", 'new Set()'),
    suite: 'tests/apigateway/descriptors.test.ts',
  },
  {
    name: 'frames of one connection side by side',
    changes: change(
      FRAMES,
      '      if (!connection.isBusy) return void run(connection, frame);\n',
      '      if (connection.waiting === undefined) return void run(connection, frame);\n',
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
    name: 'a busy client to which the gateway never shows that the link is alive',
    changes: change(WATCH, 'return hasShownAlive ? sentAt : openedAt;', 'return hasShownAlive ? sentAt : sentAt;'),
    suite: 'tests/apigateway/frames.test.ts',
    test: '9.3',
    fault: 'F53',
  },
  {
    name: 'a client that answers no ping, and is kept',
    changes: change(WATCH, '      else connection.socket.terminate();\n', ''),
    suite: 'tests/apigateway/frames.test.ts',
    test: '9.3 F53',
  },
  {
    name: 'a connection that ends without cleanup',
    changes: change(CONNECTIONS, '    await cleanup(id, api, session, closing);\n    done();\n', '    done();\n'),
    suite: 'tests/apigateway/frames.test.ts',
    test: 'cleanup is called once',
  },
  {
    name: 'cleanup before the frames that had come in',
    changes: change(CONNECTIONS, '    if (!isBusy) void finish(', '    void finish('),
    suite: 'tests/apigateway/frames.test.ts',
    test: 'cleanup is called once',
  },
  {
    name: 'a handshake that came to nothing, without cleanup',
    changes: change(CONNECTIONS, '      if (mustCleanUp) await cleanup(id, api, session, neverOpened);\n', ''),
    suite: 'tests/apigateway/handshake.test.ts',
    test: 'does not answer in time',
  },
  {
    name: 'a connection that is gone while it is only opening',
    changes: change(
      'apigateway/server/websocket/delivery.ts',
      "    if (connection === 'connecting') return 'notOpenYet';",
      "    if (connection === 'connecting') return 'connectionNotFound';",
    ),
    suite: 'tests/apigateway/send-back.test.ts',
    test: 'during register',
  },
  {
    name: 'a connection that is found under another API',
    changes: change(
      'apigateway/server/websocket/delivery.ts',
      ' || connection.api.apiId !== apiId) return',
      ') return',
    ),
    suite: 'tests/apigateway/send-back.test.ts',
    test: 'only under the API',
  },
  {
    name: 'a client that does not read, for whom everything is kept',
    changes: change(
      'apigateway/server/websocket/delivery.ts',
      'if (socket.bufferedAmount > maxBufferedBytes) {',
      'if (false) {',
    ),
    suite: 'tests/apigateway/send-back.test.ts',
    test: 'does not read',
  },
  {
    name: 'as many requests of one connection as it sends',
    changes: change(
      'apigateway/server/http/admission.ts',
      'if (perConnection > 0 && before >= perConnection) {',
      'if (false) {',
    ),
    suite: 'tests/apigateway/load.test.ts',
    test: 'reads nothing',
  },
  {
    name: 'a body that is kept piece by piece, as it comes',
    changes: change('apigateway/server/http/body.ts', 'Math.max(FIRST_BYTES, 2 * needed)', 'needed'),
    suite: 'tests/apigateway/memory.test.ts',
    test: 'in small pieces',
  },
  {
    name: 'a body in as many pieces as it has bytes',
    changes: change('apigateway/server/http/body.ts', 'if (pieces > FREE_PIECES', 'if (pieces > 1e9 + FREE_PIECES'),
    suite: 'tests/apigateway/memory.test.ts',
    test: 'byte by byte is cut off',
  },
  {
    name: 'pieces of messages that no rate counts',
    changes: change('apigateway/server/websocket/frames.ts', 'each < count; each++', 'each < 0; each++'),
    suite: 'tests/apigateway/memory.test.ts',
    test: 'not the last of their message',
  },
  {
    name: 'bodies that come, and are in nobody’s budget',
    changes: change('apigateway/server/http/routes.ts', 'budget.add(held - exchange.bodyBytes);', ''),
    suite: 'tests/apigateway/memory.test.ts',
    test: 'bodies that are still coming count',
  },
  {
    name: 'bodies that do not come, and keep everybody out',
    changes: change(
      'apigateway/server/http/admission.ts',
      'if (hasBody(request)) waitForBody(exchange);',
      'if (false) waitForBody(exchange);',
    ),
    suite: 'tests/apigateway/memory.test.ts',
    test: 'keep nobody out',
  },
  {
    name: 'pieces of messages that are in nobody’s budget',
    changes: change('apigateway/server/websocket/incoming-frames.ts', 'this.#rules.onHeld(held);', ''),
    suite: 'tests/apigateway/memory.test.ts',
    test: 'pieces of messages count',
  },
  {
    name: 'requests that are counted and never let go',
    changes: change('apigateway/server/http/admission.ts', '        addresses.release(remoteAddress);\n', ''),
    suite: 'tests/apigateway/load.test.ts',
    test: 'wait for their answers',
  },
  {
    name: 'a client that takes nothing, and is kept',
    changes: change('apigateway/server/http/slow-readers.ts', '      socket.destroy();\n', ''),
    suite: 'tests/apigateway/load.test.ts',
    test: 'takes nothing of an answer',
  },
  {
    name: 'a client that takes little, and is cut',
    changes: change(
      'apigateway/server/http/slow-readers.ts',
      'mark === undefined || taken - mark.taken >= leastBytes',
      'mark === undefined',
    ),
    suite: 'tests/apigateway/load.test.ts',
    test: 'goes on taking it',
  },
  {
    name: 'a host that is told by its beginning',
    changes: change(
      'apigateway/server/http/hosts.ts',
      'served.has(nameOf(host));',
      '[...served].some(each => nameOf(host).startsWith(each));',
    ),
    suite: 'tests/apigateway/load.test.ts',
    test: 'Host',
  },
  {
    name: 'callers without an address, of whom any number may come',
    changes: change(
      'apigateway/server/address-count.ts',
      'if (most > 0 && count >= limit) return false;',
      'if (most > 0 && counted !== UNKNOWN && count >= limit) return false;',
    ),
    suite: 'tests/apigateway/handshake.test.ts',
    test: '9.7',
  },
  {
    name: 'a /64 of IPv6 whose every address may ask for handshakes anew',
    changes: change(
      'apigateway/server/address-rate.ts',
      "const counted = countedAddress(address) ?? 'unknown';",
      "const counted = countedAddress(address) === undefined ? 'unknown' : address;",
    ),
    suite: 'tests/apigateway/handshake.test.ts',
    test: 'handshakes of one address',
  },
  {
    name: 'a flood of pings that costs a client nothing',
    changes: change(CONNECTIONS, "      socket.on('ping', onPing);\n", ''),
    suite: 'tests/apigateway/memory.test.ts',
    test: 'a flood of pings',
  },
  {
    name: 'an answer to our own ping that counts against its client',
    changes: change(CONNECTIONS, 'if (connection.isAlive) frames.takeControl', 'frames.takeControl'),
    suite: 'tests/apigateway/memory.test.ts',
    test: 'our own pings',
  },
  {
    name: 'as much memory as all clients together can fill',
    changes: change('apigateway/server/waiting-budget.ts', '        holder.cut();\n', ''),
    suite: 'tests/apigateway/memory.test.ts',
    test: 'frames that wait',
  },
  {
    name: 'memory that is taken from those for whom least waits',
    changes: change('apigateway/server/waiting-budget.ts', 'other.bytes - one.bytes', 'one.bytes - other.bytes'),
    suite: 'tests/apigateway/memory.test.ts',
    test: 'frames that wait',
  },
  {
    name: 'turns that go to whoever has sent most',
    changes: change(
      'apigateway/server/websocket/turns.ts',
      '      waiting.delete(address);\n',
      '      if (frames.length < 2) waiting.delete(address);\n',
    ),
    suite: 'tests/apigateway/memory.test.ts',
    test: 'addresses take turns',
  },
  {
    name: 'functions elsewhere that are called without a signature, and nobody said so',
    changes: change(
      'apigateway/server/check-options.ts',
      ".find(each => !isLoopback(each.replace(/^\\[|\\]$/g, '')) && !unsignedTargets.includes(each));",
      '.find(() => false);',
    ),
    suite: 'tests/apigateway/life.test.ts',
    test: 'tell us from a stranger',
  },
  {
    name: 'a secret of one letter that signs orders',
    changes: change(
      'functions/runtime/environment.ts',
      'if (Buffer.byteLength(value) >= leastBytes) return;',
      'if (value.length > 0) return;',
    ),
    suite: 'tests/connections/token-secrets.test.ts',
    test: 'a weak',
  },
  {
    name: 'a changed secret with which every link of before is dead',
    changes: change(
      'functions/runtime/secrets.ts',
      '  for (const secret of secrets) {',
      '  for (const secret of [tokenSecret]) {',
    ),
    suite: 'tests/connections/token-secrets.test.ts',
    test: 'while the secret is changed',
  },
  {
    name: 'a webhook whose name leads into the private network',
    changes: change(
      'functions/runtime/webhook.ts',
      'if (!addresses.every(({ address }) => isAllowed(address)))',
      'if (false)',
    ),
    suite: 'tests/redeliver/webhook-address.test.ts',
    test: 'a name that resolves',
  },
  {
    name: 'a webhook at an address that nobody looks up',
    changes: change(
      'functions/runtime/webhook.ts',
      'if (isIP(host) !== 0 && !isAllowed(host)) throw',
      'if (false) throw',
    ),
    suite: 'tests/redeliver/webhook-address.test.ts',
    test: '169.254',
  },
  {
    name: 'a webhook whose redirects are followed',
    changes: change('functions/runtime/webhook.ts', '        maxRedirects: 0,\n', ''),
    suite: 'tests/redeliver/webhook-address.test.ts',
    test: 'a redirect',
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
    name: 'a 410 of anybody that is taken for API Gateway’s',
    changes: change(
      'apigateway/aws/gone.ts',
      "record(error).name === 'GoneException'",
      "record(record(error).$metadata).httpStatusCode === 410 || record(error).name === 'GoneException'",
    ),
    suite: 'tests/aws/push.test.ts',
    test: '9.1',
  },
  {
    name: 'a page that is taken for the answer of a function',
    changes: change(
      'apigateway/server/targets/url-caller.ts',
      "        if (/html/i.test(response.headers['content-type'] ?? '')) return fail('failed', 'answered a page');\n",
      '',
    ),
    suite: 'tests/apigateway/foreign-functions.test.ts',
    test: '9.1',
  },
  {
    name: 'a push that was taken because the answer was 200',
    changes: change(
      'apigateway/tencent/push.ts',
      "      if (errNo === 0) return status === 200 ? 'sent' : 'unknown';",
      "      if (status === 200) return 'sent';",
    ),
    suite: 'tests/apigateway/push.test.ts',
  },
  {
    name: 'a push that is lost with a kept connection',
    changes: change('apigateway/kept-sockets.ts', 'if (!isStale(error)) throw error;', 'throw error;'),
    suite: 'tests/apigateway/push.test.ts',
    test: 'kept connections',
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
      "    if (attempt.isUnheard) return lose(attempt, new Error('it does not hear itself'));\n",
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
    changes: change('apigateway/backplane/push.ts', '(shorten(text) ?? text)', 'text'),
    suite: BACKPLANE_SUITE,
    test: 'nudge',
  },
  {
    name: 'pages that are sent faster than a platform lets through',
    changes: change('apigateway/server/websocket/outbox.ts', '      if (waitMs > 0) {', '      if (waitMs > 1e9) {'),
    suite: 'tests/apigateway/outbox.test.ts',
    test: 'in any second',
  },
  {
    name: 'a connection that the platform cuts, because we do not close it before',
    changes: change('apigateway/server/websocket/watch.ts', 'if (mostMs > 0 && ', 'if (mostMs > 1e9 && '),
    suite: 'tests/apigateway/outbox.test.ts',
    test: 'as long as it may',
  },
  {
    name: 'a foreign Origin that is let in',
    changes: change(
      'apigateway/server/websocket/origin.ts',
      'return isSameHost(page, host) || (',
      "return page.host !== '' || (",
    ),
    suite: 'tests/apigateway/handshake.test.ts',
    test: 'Origin',
  },
  {
    name: 'a line of the log for each security event of a flood',
    changes: change('apigateway/security-events.ts', 'if (waiting === undefined) write', 'if (true) write'),
    suite: 'tests/apigateway/security-events.test.ts',
    test: 'of a flood together',
  },
  {
    name: 'security events of a flood that the log lacks',
    changes: change('apigateway/security-events.ts', 'if (times > 0) write(kind, times);', ''),
    suite: 'tests/apigateway/security-events.test.ts',
    test: 'with none missing',
  },
  {
    name: 'a log that whoever knocks fills',
    changes: change('apigateway/bounded-log.ts', 'if (window.written >= most[level]) {', 'if (false) {'),
    suite: 'tests/apigateway/bounded-log.test.ts',
  },
  {
    name: 'lines of a flood that nobody counts',
    changes: change('apigateway/bounded-log.ts', 'if (opened.left > 0) log(', 'if (false) log('),
    suite: 'tests/apigateway/bounded-log.test.ts',
    test: 'how many more',
  },
  {
    name: 'metrics for whoever asks',
    changes: change('apigateway/server/metrics-server.ts', 'if (!isAllowed(authorization)) {', 'if (false) {'),
    suite: 'tests/apigateway/security-events.test.ts',
    test: 'need their secret',
  },
  {
    name: 'metrics for other machines without a secret',
    changes: change(
      'apigateway/server/check-options.ts',
      'metricsSecret === undefined && !isLoopback(metricsHost)',
      'metricsSecret === undefined && false',
    ),
    suite: 'tests/apigateway/security-events.test.ts',
    test: 'need their secret',
  },
  {
    name: 'a gateway that shows no page that the link is alive',
    changes: change(WATCH, 'now - quietSince(connection) >= alive.everyMs', 'false'),
    suite: 'tests/apigateway/frames.test.ts',
    test: '9.3',
    fault: 'F53',
  },
  {
    name: 'limits that count each of the addresses of one IPv6 caller',
    changes: change('apigateway/network-address.ts', 'groupsOf(address).slice(0, 4)', 'groupsOf(address)'),
    suite: 'tests/apigateway/handshake.test.ts',
    test: '9.7',
  },
  {
    name: 'a caller who hides what our proxy wrote by leaving a quote open',
    changes: change(
      'apigateway/server/http/list.ts',
      `    if (list[at] === '"' && !isEscaped(list, at)) isQuoted = !isQuoted;\n`,
      `    isQuoted = (list.slice(0, at).split('"').length - 1) % 2 === 1;\n`,
    ),
    suite: 'tests/apigateway/remote-address.test.ts',
    test: '9.7',
  },
  {
    name: 'the second of two Host headers, which nobody looks for',
    changes: change('apigateway/server/http/read-request.ts', '  if (hosts > 1) return', '  if (hosts > 2) return'),
    suite: 'tests/apigateway/request-forms.test.ts',
    test: '9.7',
  },
  {
    name: 'an offer of HTTP/2 that is taken for a WebSocket',
    changes: change(
      'apigateway/server/http/server.ts',
      'if (asksForWebSocket(incoming)) upgrade',
      'if (incoming) upgrade',
    ),
    suite: 'tests/apigateway/request-forms.test.ts',
    test: '9.7',
  },
  {
    name: 'broken bytes behind an order that are answered before it',
    changes: change(
      'apigateway/server/http/server.ts',
      '    afterEarlier(socket, () => refuseBrokenRequest(error, socket));',
      '    refuseBrokenRequest(error, socket);',
    ),
    suite: 'tests/apigateway/request-forms.test.ts',
    test: '9.7',
  },
  {
    name: 'a backplane that listens in a session which others share',
    changes: change('apigateway/backplane/postgres.ts', 'await requireOwnSession(client, newClient);', ''),
    suite: 'tests/database/pooler.test.ts',
    test: '11.1 a backplane',
  },
  {
    name: 'a start that fails, and ends as if it had not',
    changes: change('scripts/until-signal.ts', 'process.exit(1);', 'process.exit(0);'),
    suite: 'tests/e2e/start-problems.test.ts',
    test: 'that is no URL',
  },
  {
    name: 'an instance that is ready without ever having been on its backplane',
    changes: change('scripts/gateway/readiness.ts', " && state !== 'never joined'", ''),
    suite: 'tests/webfunction/readiness.test.ts',
  },
  {
    name: 'an instance that is taken out of service because its backplane is lost',
    changes: change('scripts/gateway/readiness.ts', "state !== 'never joined'", "state === 'joined'"),
    suite: 'tests/webfunction/readiness.test.ts',
  },
  {
    name: 'a refused origin without the host that it was compared with',
    changes: change('apigateway/server/websocket/upgrade.ts', ', path: api.path, ...compared }', ', path: api.path }'),
    suite: 'tests/apigateway/handshake.test.ts',
    test: 'a foreign page gets 403',
  },
  {
    name: 'a client of AWS’s dialect who chooses the route $disconnect',
    changes: change('apigateway/server/websocket/aws-routes.ts', "keys.filter(key => !key.startsWith('$'))", 'keys'),
    suite: 'tests/dialects/aws-functions.test.ts',
    test: 'goes to the route',
  },
  {
    name: 'a frame of any size, as long as its message is not too large',
    changes: change(
      'apigateway/server/websocket/incoming-frames.ts',
      'if (this.#length > this.#rules.maxBytes) {',
      'if (false) {',
    ),
    suite: 'tests/dialects/aws-functions.test.ts',
    test: '128 KiB',
  },
  {
    name: 'an authorizer whose deny does not win over its allow',
    changes: change('apigateway/aws/authorizer-answer.ts', " && !statements.some(isEffect('Deny'))", ''),
    suite: 'tests/dialects/aws-authorizer.test.ts',
    test: 'what a policy allows',
  },
  {
    name: 'a push to the connection of another API, with a key of one’s own',
    changes: change(
      'apigateway/server/send-back/management.ts',
      '    if (connection !== undefined && !open.includes(connection.api.apiId)) return gone;\n',
      '',
    ),
    suite: 'tests/dialects/aws-connections.test.ts',
    test: 'its key alone',
  },
  {
    name: 'a signature that is taken for another body',
    changes: change(
      'apigateway/aws/signature-check.ts',
      "names.join(';'), hash(body)]",
      "names.join(';'), textOf(headers['x-amz-content-sha256'])]",
    ),
    suite: 'tests/dialects/aws-connections.test.ts',
    test: 'another body',
  },
  {
    name: 'a signature that is taken for ever',
    changes: change('apigateway/aws/signature-check.ts', '!isNear(time, nowMs) || ', ''),
    suite: 'tests/dialects/aws-connections.test.ts',
    test: 'signatures of its keys',
  },
  {
    name: 'binary messages for functions that AWS would never give one',
    changes: change('apigateway/server/websocket/api.ts', '    takesBinary: false,', '    takesBinary: true,'),
    suite: 'tests/dialects/aws-functions.test.ts',
    test: 'is binary',
  },
  {
    name: 'a function on Lambda that failed, taken for one that answered',
    changes: change(
      'apigateway/server/targets/lambda-caller.ts',
      'answer.FunctionError === undefined',
      'answer.Payload !== undefined',
    ),
    suite: 'tests/targets/cloud-targets.test.ts',
    test: 'a function on Lambda that fails',
  },
  {
    name: 'a frame that Lambda is asked to work on again',
    changes: change('apigateway/server/targets/lambda-caller.ts', 'maxAttempts: 1', 'maxAttempts: 3'),
    suite: 'tests/targets/cloud-targets.test.ts',
    test: 'is called once however it fails',
  },
  {
    name: 'a token that never expires',
    changes: change('apigateway/server/websocket/token-check.ts', "    requiredClaims: ['exp'],\n", ''),
    suite: 'tests/dialects/token.test.ts',
    test: 'any other is refused',
  },
  {
    name: 'a token for somebody else',
    changes: change(
      'apigateway/server/websocket/token-check.ts',
      '    issuer,\n    audience,\n    algorithms',
      '    issuer,\n    algorithms',
    ),
    suite: 'tests/dialects/token.test.ts',
    test: 'any other is refused',
  },
];
