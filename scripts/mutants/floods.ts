import { change, type Mutant } from './mutant.ts';

const LINE = 'functions/runtime/line.ts';
const PACED_ORDERS = 'functions/runtime/paced-orders.ts';
const PACES = 'functions/transport/paces.ts';
const REQUEST_PACE = 'apigateway/server/http/request-pace.ts';
const SHARES = 'db/migrations/035-shares-of-slots.sql';

/** What lets somebody keep a gateway or its database busy for nothing. */
export const floodMutants: Mutant[] = [
  {
    name: 'requests that are served at once, however many an address sends',
    changes: change(REQUEST_PACE, 'if (waitMs === 0) return act();', 'if (waitMs !== undefined) return act();'),
    suite: 'tests/apigateway/request-pace.test.ts',
    test: 'asks too often',
  },
  {
    name: 'refusals that make whoever floods quicker',
    changes: change(
      REQUEST_PACE,
      'if (waitingInAll',
      'if (waitMs === undefined) return refuse(exchange);\n      if (waitingInAll',
    ),
    suite: 'tests/apigateway/request-pace.test.ts',
    test: 'asks too often',
  },
  {
    name: 'places of all requests for those that wait for their turn',
    changes: change(REQUEST_PACE, 'waiting >= waitingInAll', 'false'),
    suite: 'tests/apigateway/request-pace.test.ts',
    test: 'only so many wait',
  },
  {
    name: 'requests that wait on when their clients have left',
    changes: change(REQUEST_PACE, "response.once('close', leave);", ''),
    suite: 'tests/apigateway/request-pace.test.ts',
    test: 'leaves while it waits',
  },
  {
    name: 'bodies in small pieces that nobody hears of',
    changes: change('apigateway/server/http/routes.ts', "securityEvents.tell('small_pieces')", 'undefined'),
    suite: 'tests/apigateway/memory.test.ts',
    test: 'byte by byte',
  },
  {
    name: 'hellos of a few addresses that everybody waits behind',
    changes: change('gateway.json', '      "turns": { "atOnce": 32 },\n', ''),
    suite: 'tests/apigateway/life.test.ts',
    test: 'take turns',
  },
  {
    name: 'pings that each ask the database, however fast they come',
    changes: change('functions/transport/ping.ts', 'pings.take(id) ? undefined : pings.kept(id)', 'undefined'),
    suite: 'tests/database/paces.test.ts',
    test: 'pings faster',
  },
  {
    name: 'a pace of an order instead of its token: a link keeps its customer out',
    changes: change('functions/transport/hello.ts', 'hellos.take(frame.token)', 'hellos.take(frame.order)'),
    suite: 'tests/database/paces.test.ts',
    test: 'opens an order again and again',
  },
  {
    name: 'hellos of a connection without a pace',
    changes: change('functions/transport/hello.ts', '!hellosOfConnection.take(greeter.id)', 'false'),
    suite: 'tests/database/paces.test.ts',
    test: 'says hello as',
  },
  {
    name: 'a wrong hello that reads every order of its connection',
    changes: change(
      'functions/transport/hello.ts',
      'await dependencies.subscriptions.followsAny(id)',
      '(await dependencies.subscriptions.followedBy(id)).length > 0',
    ),
    suite: 'tests/database/paces.test.ts',
    test: 'says hello as',
  },
  {
    name: 'commands of a shop without a pace for all of its screens together',
    changes: change(PACES, '{ burst: 200, perSecond: 30 }', '{ burst: 1_000_000, perSecond: 30 }'),
    suite: 'tests/database/paces.test.ts',
    test: 'faster than anybody taps',
  },
  {
    name: 'a pace that is forgotten with whoever came first, however lately it was met',
    changes: change('functions/domain/memory.ts', 'values.delete(key);\n      values', 'values'),
    suite: 'tests/database/paces.test.ts',
    test: 'remembers only so many',
  },
  {
    name: 'leases whose commits wait for the disk',
    changes: change(
      'db/durable.ts',
      "set_config('synchronous_commit', 'off', true) as",
      "set_config('synchronous_commit', 'on', true) as",
    ),
    suite: 'tests/faults/without-disk.test.ts',
  },
  {
    name: 'reads that share one that began before they asked',
    changes: change('functions/runtime/joined-reads.ts', 'next.delete(key);\n          running.set', 'running.set'),
    suite: 'tests/connections/joined-reads.test.ts',
    test: 'begins after',
  },
  {
    name: 'reads that take every connection of the database',
    changes: change(LINE, 'if (free <= 0) return;', ''),
    suite: 'tests/connections/joined-reads.test.ts',
    test: 'so many at once',
  },
  {
    name: 'a line in which an asker keeps the turn as long as there is more of him',
    changes: change(LINE, 'if (line.delete(asker)) line.set(asker, own);', ''),
    suite: 'tests/connections/line.test.ts',
    test: 'take turns',
  },
  {
    name: 'a line in which one asker has every place',
    changes: change(LINE, ' || (running.get(asker) ?? 0) >= ofOne', ''),
    suite: 'tests/connections/line.test.ts',
    test: 'of one asker',
  },
  {
    name: 'orders over a limit that each ask the database whether they still are',
    changes: change(PACED_ORDERS, '!isReplay && !vain.has(address)', '!isReplay && false'),
    suite: 'tests/connections/paced-orders.test.ts',
    test: 'over a limit',
  },
  {
    name: 'a placed order that is asked of the database again and again',
    changes: change(PACED_ORDERS, 'isReplay && !replays.take(address)', 'isReplay && false'),
    suite: 'tests/connections/paced-orders.test.ts',
    test: 'answered again at a pace',
  },
  {
    name: 'placed orders by as many keys as were placed elsewhere, without a pace',
    changes: change(PACED_ORDERS, 'if (placement.event === undefined && !isReplay) vain.take(address);', ''),
    suite: 'tests/connections/paced-orders.test.ts',
    test: 'placed elsewhere',
  },
  {
    name: 'made-up keys in one line with what everybody reads',
    changes: change(
      'functions/runtime/fair-reads.ts',
      "lines[isUsual ? 'usual' : 'odd']",
      "lines[isUsual ? 'odd' : 'odd']",
    ),
    suite: 'tests/connections/fair-reads.test.ts',
    test: 'keep nobody from',
  },
  {
    name: 'as many pages of shops as ids that strangers make up',
    changes: change(
      'functions/runtime/fair-reads.ts',
      "['list', start], () => list(start)",
      "['list', after], () => list(after)",
    ),
    suite: 'tests/connections/fair-reads.test.ts',
    test: 'no more pages',
  },
  {
    name: 'a shared read that waits for the turn of whoever asked first',
    changes: change('functions/runtime/joined-reads.ts', 'shared.ticket.alsoFor(asker);', ''),
    suite: 'tests/connections/joined-reads.test.ts',
    test: 'turn of either',
  },
  {
    name: 'a page of shops that is kept when one of them has changed',
    changes: change('functions/runtime/kept-page.ts', '!== kept.state', "=== ''"),
    suite: 'tests/connections/kept-page.test.ts',
    test: 'has changed',
  },
  {
    name: 'messages that cost the same, however many they go to',
    changes: change('functions/domain/chat/fan-out.ts', 'deliveries(members.length)', 'deliveries(1)'),
    suite: 'tests/chat/fan-out.test.ts',
    test: 'as many as it goes to',
  },
  {
    name: 'deliveries that wait for no turn',
    changes: change('functions/runtime/chat/deliveries.ts', 'if (ms > 0) await', 'if (ms > 1e9) await'),
    suite: 'tests/chat/deliveries.test.ts',
    test: 'waits',
  },
  {
    name: 'places for later that one address takes all of',
    changes: change(SHARES, 'then 1 else 5 end', 'then 1000 else 1000 end'),
    suite: 'tests/database/slot-shares.test.ts',
    test: 'five places',
  },
  {
    name: 'a line of the log for each order that reaches no screen',
    changes: change('functions/redeliver/shop-notices.ts', 'if (now() - toldAt < everyMs) continue;', ''),
    suite: 'tests/redeliver/shop-notices.test.ts',
    test: 'cost one line',
  },
];
