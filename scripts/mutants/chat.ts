import { change, type Mutant } from './mutant.ts';

const FAN_OUT = 'functions/domain/chat/fan-out.ts';
const FAN_OUT_SUITE = 'tests/chat/fan-out.test.ts';
const ROOMS = 'tests/connections/room.test.ts';
const WORKER = 'functions/chat/worker/worker.ts';
const QUEUE = 'tests/chat/queue.test.ts';

/** What can be wrong in the chat, its stores and its queue. */
export const chatMutants: Mutant[] = [
  {
    name: 'a member who is forgotten because a push came to nothing',
    changes: change(FAN_OUT, "=== 'gone' && !isNew", "!== 'sent' && !isNew"),
    suite: FAN_OUT_SUITE,
    test: 'only who is gone',
  },
  {
    name: 'a member who is forgotten while its connection is only opening',
    changes: change(FAN_OUT, "=== 'gone' && !isNew", "=== 'gone'"),
    suite: FAN_OUT_SUITE,
    test: 'only who is gone',
  },
  {
    name: 'a message that goes to one after the other',
    changes: change(FAN_OUT, '{ length: dependencies.lanes }', '{ length: 1 }'),
    suite: FAN_OUT_SUITE,
    test: 'so many at a time',
  },
  {
    name: 'a message that goes to all at once, without a bound',
    changes: change(FAN_OUT, '{ length: dependencies.lanes }', '{ length: 1_000 }'),
    suite: FAN_OUT_SUITE,
    test: 'so many at a time',
  },
  {
    name: 'slow clients that keep their lanes',
    changes: change(FAN_OUT, 'await Promise.race([pushed, dependencies.patience()]);', 'await pushed;'),
    suite: FAN_OUT_SUITE,
    test: 'hold up nobody',
  },
  {
    name: 'a telling of the presence for each of a thousand',
    changes: change('functions/domain/chat/presence.ts', '    if (next === undefined) {', '    if (next !== null) {'),
    suite: FAN_OUT_SUITE,
    test: 'two tellings',
  },
  {
    name: 'a register of the chat that pushes, before the connection is open',
    changes: change(
      'functions/chat/register/register.ts',
      "      return { accepted: true, message: 'ok' };",
      "      await (room as unknown as { push: { send(id: string, text: string): Promise<unknown> } }).push.send(connectionId, '{}');\n      return { accepted: true, message: 'ok' };",
    ),
    suite: 'tests/chat/register.test.ts',
  },
  {
    name: 'a pass whose signature nobody looks at',
    changes: change(
      'functions/domain/chat/pass.ts',
      'if (!isOurs(text, signature)) return undefined;',
      "if (current === '' || signature === '?') return undefined;",
    ),
    suite: 'tests/chat/pass.test.ts',
    test: 'a pass says who it was issued to',
  },
  {
    name: 'somebody who is back, and takes the name of another',
    changes: change(
      'db/connections/memory.ts',
      "if ((own !== old && own !== name) || holder !== id) return 'taken';",
      "if (own !== old && own !== name) return 'taken';",
    ),
    suite: ROOMS,
    test: 'on memory 9.18',
  },
  {
    name: 'a name that was taken along, and that no removal on COS finds',
    changes: change(
      'db/connections/cos.ts',
      '    if (!lettersOf(id).includes(name)) await put(namedOf(id) + name);\n',
      '',
    ),
    suite: ROOMS,
    test: 'on cos 9.18',
  },
  {
    name: 'an earlier connection that stays beside the one that has taken its place',
    changes: change(
      'functions/domain/chat/receive.ts',
      'if (members.has(before.id)) await end(dependencies, before.id);',
      '',
    ),
    suite: 'tests/chat/pass.test.ts',
    test: 'still there is ended',
  },
  {
    name: 'a newcomer who is taken for one who is back',
    changes: change(
      'web/chat/state.ts',
      'const more = change - returned;',
      'const more = Math.min(0, change - returned);',
    ),
    suite: 'tests/chat/room-client.test.ts',
    test: '9.18',
  },
  {
    name: 'somebody who is told of as having left while the page is loaded anew',
    changes: change('web/chat/state.ts', 'export const RETURN_MS = 5_000;', 'export const RETURN_MS = 0;'),
    suite: 'tests/chat/room-client.test.ts',
    test: '9.18',
  },
  {
    name: 'a tombstone in memory that nobody looks at',
    changes: change(
      'db/connections/memory.ts',
      "      if (closed.has(id)) return 'closed';\n      const own = members.get(id)?.name ?? name;",
      '      const own = members.get(id)?.name ?? name;',
    ),
    suite: ROOMS,
    test: 'on memory does not bring back',
  },
  {
    name: 'a tombstone in DynamoDB that nobody looks at',
    changes: change(
      'db/connections/dynamodb.ts',
      '(attribute_not_exists(closed) AND (',
      '(attribute_exists(id) AND (attribute_exists(closed) OR ',
    ),
    suite: ROOMS,
    test: 'on dynamodb does not bring back',
  },
  {
    name: 'a tombstone on COS that is looked at before the object is written',
    changes: change('db/connections/cos.ts', '    if (isClosed || isTaken) await remove([key]);\n', ''),
    suite: ROOMS,
    test: 'on cos does not bring back',
  },
  {
    name: 'a 404 of anybody that is taken for one of COS',
    changes: change(
      'db/connections/cos.ts',
      'if (isMissing && isFromCos(error)) return false;',
      'if (isMissing) return false;',
    ),
    suite: 'tests/connections/cos-foreign.test.ts',
    test: 'a 404 of a proxy',
  },
  {
    name: 'two who have one name on COS, because neither looks again',
    changes: change('db/connections/cos.ts', 'holders.includes(id) ? [] : holdersOf(name)', '[]'),
    suite: ROOMS,
    test: 'on cos gives a name to one connection at most',
  },
  {
    name: 'a list from PostgreSQL that ends with its first page',
    changes: change('db/connections/postgres-room.ts', 'last === undefined || page.length < PAGE', 'last !== null'),
    suite: ROOMS,
    test: 'on postgres lists more than a page',
  },
  {
    name: 'a list from DynamoDB that ends with its first page',
    changes: change('db/connections/dynamodb.ts', 'while (from !== undefined)', 'while (from === null)'),
    suite: ROOMS,
    test: 'on dynamodb lists more than a page',
  },
  {
    name: 'a list from COS that ends with its first page',
    changes: change(
      'db/connections/cos.ts',
      '    if (next === undefined) return;\n    const begun',
      '    if (next !== null) return;\n    const begun',
    ),
    suite: ROOMS,
    test: 'on cos lists more than a page',
  },
  {
    name: 'a frame that is acknowledged before it is handled',
    changes: change(
      WORKER,
      '      await receive(dependencies, frame);\n      await dependencies.queue.acknowledge(position);\n',
      '      await dependencies.queue.acknowledge(position);\n      await receive(dependencies, frame);\n',
    ),
    suite: QUEUE,
    test: 'lose nothing, while new frames come|five of them',
  },
  {
    name: 'what a dead worker left, which nobody claims',
    changes: change(WORKER, 'wasHolding ? await queue.take() : await claimAll(queue)', 'await queue.take()'),
    suite: QUEUE,
    test: 'killed in mid-batch',
  },
  {
    name: 'a frame that workers die of for ever',
    changes: change(WORKER, 'frame.isLeft ? await dependencies.queue.again(position) : 1', '1'),
    suite: QUEUE,
    test: 'five of them',
  },
  {
    name: 'workers that all work at once',
    changes: change('db/frame-queue.ts', '  if held and held ~= ARGV[1] then return 0 end\n', ''),
    suite: QUEUE,
    test: 'of several workers one works',
  },
  {
    name: 'a client that is closed for a frame too large, and never told why',
    changes: change(
      'apigateway/server/websocket/handshake.ts',
      '      if (frame !== undefined && this.readyState === this.OPEN) this.send(frame);\n',
      '',
    ),
    suite: 'tests/apigateway/frames.test.ts',
    test: 'told so before the close',
  },
];
