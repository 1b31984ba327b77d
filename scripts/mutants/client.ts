import { change, type Mutant } from './mutant.ts';

const LOG = 'web/connection/shop-log.ts';
const SENDING = 'web/connection/shop-sending.ts';
const PLACING = 'web/connection/placing.ts';
const SHOP = 'tests/web/shop-stream.test.ts';
const SIMULATION = 'tests/simulation/simulation.test.ts';
const SCHEDULES = 'from seed 1 on';

/** What can be wrong in a client. */
export const clientMutants: Mutant[] = [
  {
    name: 'a client that applies whatever is higher',
    changes: change(
      LOG,
      '  for (let next = bySeq.get(after + 1); next !== undefined; next = bySeq.get(next.seq + 1)) fresh.push(next);',
      '  for (const next of [...bySeq.values()].sort((a, b) => a.seq - b.seq)) fresh.push(next);',
    ),
    suite: SIMULATION,
    test: SCHEDULES,
  },
  {
    name: 'a client that applies what it has applied already',
    changes: change(LOG, 'events.filter(event => event.seq > after)', 'events.filter(event => event.seq > after - 1)'),
    suite: SHOP,
  },
  {
    name: 'a client that ignores the epoch',
    changes: change(LOG, '  if (frame.epoch !== cursor.epoch) {\n    draft.doubt = true;\n    return;\n  }\n', ''),
    suite: SHOP,
  },
  {
    name: 'an order in place of a higher version of it',
    changes: change(
      'web/connection/order-book.ts',
      'known.version > order.version) continue;',
      'known.version < 0) continue;',
    ),
    suite: SHOP,
  },
  {
    name: 'an ack of what is not applied yet',
    changes: change(
      SENDING,
      "frame: { type: 'ack', seq: draft.cursor.after } });",
      "frame: { type: 'ack', seq: Math.max(draft.cursor.after, draft.seen?.head ?? 0) } });",
    ),
    suite: SHOP,
  },
  {
    name: 'a client that never acks',
    changes: change(
      SENDING,
      "  if (draft.cursor !== undefined) effects.push({ type: 'send', frame: { type: 'ack', seq: draft.cursor.after } });\n",
      '  if (effects === undefined) return;\n',
    ),
    suite: SHOP,
    test: 'acks new orders soon',
  },
  {
    name: 'a snapshot with a frame missing',
    changes: change(
      'web/connection/snapshot.ts',
      '    if (part === undefined) return undefined;',
      '    if (part === undefined) continue;',
    ),
    suite: SHOP,
  },
  {
    name: 'a snapshot whose frames belong to two of them',
    changes: change(
      'web/connection/snapshot.ts',
      'collecting.epoch === frame.epoch && collecting.head === frame.head;',
      'collecting.epoch === frame.epoch;',
    ),
    suite: 'tests/mutants/shop-client.test.ts',
    test: 'F43',
  },
  {
    name: 'a gap that nobody asks about',
    changes: change(SENDING, '  else if (somethingMissing(turn)) due.push(', '  else if (draft.doubt) due.push('),
    suite: SHOP,
  },
  {
    name: 'a snapshot at any moment, however old',
    changes: change(LOG, '  if (!early && !isExpected(turn, frame)) return;', ''),
    suite: SHOP,
  },
  {
    name: 'another log under the same numbers, which nobody notices',
    changes: change(
      LOG,
      '  if (old.some(event => ids.has(event.seq) && ids.get(event.seq) !== event.id)) sayHelloAfresh(turn);\n  else ackBy',
      '  ackBy',
    ),
    suite: SHOP,
  },
  {
    name: 'a hello without the id of the last event',
    changes: change(
      SENDING,
      'greet(turn, cursor === undefined ? hello : { ...hello, ...cursor });',
      'greet(turn, cursor === undefined ? hello : { ...hello, epoch: cursor.epoch, after: cursor.after });',
    ),
    suite: SHOP,
  },
  {
    name: 'a command sent between hello and welcome',
    changes: [
      {
        file: SENDING,
        from: "  if (draft.link.phase !== 'live') return due;\n",
        to: "  const commands = outboxAgenda(draft.outbox, pending => sendCommand(turn, pending));\n  if (draft.link.phase === 'greeting') return [...due, ...commands];\n  if (draft.link.phase !== 'live') return due;\n",
      },
    ],
    suite: SHOP,
  },
  {
    name: 'a command that is not repeated',
    changes: change(
      'web/connection/outbox.ts',
      '          sendAt: now + Math.min(30_000, 5_000 * 2 ** Math.min(pending.tries, 5)),',
      '          sendAt: Number.POSITIVE_INFINITY,',
    ),
    suite: SIMULATION,
    test: SCHEDULES,
  },
  {
    name: 'a command that is not repeated after a reconnect',
    changes: change('web/connection/outbox.ts', '({ ...pending, sendAt: now }))', '({ ...pending }))'),
    suite: SHOP,
  },
  {
    name: 'a result that is repeated, and brings back an order that has ended',
    changes: change(
      'web/connection/shop-stream.ts',
      '  if (result.order !== undefined && draft.orders.has(result.order.id))',
      '  if (result.order !== undefined)',
    ),
    suite: 'tests/mutants/shop-client.test.ts',
  },
  {
    name: 'reconnects that do not wait',
    changes: change(
      'web/connection/moment.ts',
      '  return Math.floor(random * Math.min(30_000, 1_000 * 2 ** Math.min(attempt, 10)));',
      '  return attempt * random * 0;',
    ),
    suite: SHOP,
  },
  {
    name: 'a dead connection that is waited for without end',
    changes: change(
      'web/connection/session.ts',
      "  if (link.phase === 'live' && pongBy !== undefined) due.push({ at: pongBy, act: () => giveUp(turn, greeter) });\n",
      '',
    ),
    suite: SHOP,
  },
  {
    name: 'a customer who is shown the lower version',
    changes: change(
      'web/connection/customer-stream.ts',
      '  if (known !== undefined && known.version > order.version) return;\n',
      '',
    ),
    suite: 'tests/web/customer-stream.test.ts',
  },
  {
    name: 'another key for every try of an order',
    changes: change(
      PLACING,
      "    effects: [...first, 'try' as const].map(type => ({ type, attempt })),",
      "    effects: [...first, 'try' as const].map(type => ({ type, attempt: { ...attempt, key: attempt.key + tries } })),",
    ),
    suite: 'tests/web/placing.test.ts',
  },
  {
    name: 'a key that is stored after the first try',
    changes: change(
      PLACING,
      "    effects: [...first, 'try' as const].map(",
      "    effects: ['try' as const, ...first].map(",
    ),
    suite: 'tests/web/placing.test.ts',
  },
  {
    name: 'an order that is forgotten when its outcome is unknown',
    changes: change(
      PLACING,
      "      return same(wait(placing, 'unknown', outcome.retryAfterMs, moment));",
      '      return { state: notPlacing, effects: forget };',
    ),
    suite: 'tests/web/placing.test.ts',
  },
  {
    name: 'a 5xx that is taken for a refusal',
    changes: change(
      'web/connection/place.ts',
      'if (response.status >= 400 && response.status < 500)',
      'if (response.status >= 400)',
    ),
    suite: 'tests/web/placing.test.ts',
  },
  {
    name: 'a second tap that is a second order',
    changes: change(
      PLACING,
      "    case 'submit':\n      return isOnItsWay(placing) ? same(placing) : begin(input.attempt);",
      "    case 'submit':\n      return begin(input.attempt);",
    ),
    suite: 'tests/web/placing.test.ts',
  },
];
