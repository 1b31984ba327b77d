import { change, type Mutant } from './mutant.ts';

const ANNOUNCE = 'functions/domain/announce.ts';
const BACKLOG = 'functions/domain/backlog.ts';
const HELLO = 'functions/transport/hello.ts';
const COMMAND = 'functions/transport/command.ts';
const RULES = 'tests/mutants/stream-rules.test.ts';
const SIMULATION = 'tests/simulation/simulation.test.ts';
/** Five hundred of the schedules. */
const SCHEDULES = 'from seed 1 on';

/** What can be wrong in the use cases and in the domain. */
export const functionMutants: Mutant[] = [
  {
    name: 'a row for every handshake',
    changes: change(
      'functions/register/register.ts',
      "    if (framesTellCaller) return { accepted: true, message: 'ok' };\n",
      '',
    ),
    suite: 'tests/e2e/limits.test.ts',
    test: '13.4',
  },
  {
    name: 'a row for a hello with a wrong key',
    changes: [
      {
        file: HELLO,
        from: '  const key = await dependencies.shops.keyOf(frame.shop, hashOf(frame.token));\n',
        to: '  await admit(dependencies, greeter);\n  const key = await dependencies.shops.keyOf(frame.shop, hashOf(frame.token));\n',
      },
    ],
    suite: 'tests/e2e/limits.test.ts',
    test: '13.4',
  },
  {
    name: 'a tombstone for a connection that never spoke',
    changes: change('functions/cleanup/cleanup.ts', 'if (hasSpoken !== false) ', ''),
    suite: 'tests/e2e/limits.test.ts',
    test: '13.4',
  },
  {
    name: 'the screens of a shop, read before the commit',
    changes: [
      {
        file: ANNOUNCE,
        from: '  const screens = known ?? (await dependencies.subscriptions.screensOf(event.shop));\n',
        to: '  const screens = early.get(event.shop) ?? (await dependencies.subscriptions.screensOf(event.shop));\n  early.set(event.shop, screens);\n',
      },
      {
        file: ANNOUNCE,
        from: '/** What it takes to tell those who see an order. */',
        to: 'const early = new Map<string, string[]>();\n\n/** What it takes to tell those who see an order. */',
      },
    ],
    suite: 'tests/simulation/wake-up.test.ts',
  },
  {
    name: 'the backlog, read before the connection is bound',
    changes: [
      {
        file: HELLO,
        from: '  const bound = await dependencies.subscriptions.bindScreen({ id, shop, device, keyId: key.keyId });',
        to: '  const early = await dependencies.streams.openOrders(shop);\n  const bound = await dependencies.subscriptions.bindScreen({ id, shop, device, keyId: key.keyId });',
      },
      {
        file: HELLO,
        from: '    await sendSnapshot(dependencies, id, shop, open =>',
        to: '    const streams = { ...dependencies.streams, openOrders: async () => early };\n    await sendSnapshot({ ...dependencies, streams }, id, shop, open =>',
      },
    ],
    suite: 'tests/simulation/wake-up.test.ts',
  },
  {
    name: 'a connection that is forgotten when a push’s outcome is unknown',
    changes: change(
      ANNOUNCE,
      "  if (outcome === 'gone') await connections.prune(id);",
      "  if (outcome !== 'sent') await connections.prune(id);",
    ),
    suite: RULES,
    test: 'unknown',
  },
  {
    name: 're-delivery that forgets a connection when a push’s outcome is unknown',
    changes: change(
      'functions/redeliver/redeliver.ts',
      "  if (outcome === 'gone') await",
      "  if (outcome !== 'sent') await",
    ),
    suite: 'tests/redeliver/overdue.test.ts',
    test: 'outcome is unknown',
  },
  {
    name: 'an order that is pushed to nobody',
    changes: change(
      'functions/bill/bill.ts',
      '    if (placement.event !== undefined) await announce(placement.event, placement.screens);\n',
      '',
    ),
    suite: 'tests/simulation/wake-up.test.ts',
  },
  {
    name: 'telling the screens fails, and the bill with it',
    changes: change(
      'functions/runtime/budget.ts',
      '  await Promise.race([done, budget]);',
      '  await Promise.race([work, done.then(() => budget), budget]);',
    ),
    suite: 'tests/mutants/bill.test.ts',
    test: 'I1',
  },
  {
    name: 'telling the screens without a budget',
    changes: change('functions/runtime/budget.ts', '  await Promise.race([done, budget]);', '  await done;'),
    suite: 'tests/mutants/bill.test.ts',
    test: 'may hang',
  },
  {
    name: 'refused orders that count for nobody',
    changes: change(
      'functions/bill/bill.ts',
      '    if (wasRefused && order.address !== undefined) await orders.countRefused(order.address);\n',
      '',
    ),
    suite: 'tests/mutants/bill.test.ts',
    test: 'counts against',
  },
  {
    name: 'visitors who are told one and all at once',
    changes: change(ANNOUNCE, 'const VISITORS_AT_ONCE = 32;', 'const VISITORS_AT_ONCE = 1_000;'),
    suite: 'tests/domain/visitors.test.ts',
  },
  {
    name: 'a shop that waits for all its visitors, though the gateway takes nothing',
    changes: change(ANNOUNCE, "      if (outcome === 'unknown') unknown += 1;\n", ''),
    suite: 'tests/domain/visitors.test.ts',
  },
  {
    name: 'a change of the menu that customers are not told of',
    changes: change(ANNOUNCE, 'if (seen !== undefined) await tellVisitors(dependencies, visitors, seen);', ''),
    suite: 'tests/domain/visitors.test.ts',
  },
  {
    name: 'a page of orders that is larger than a frame',
    changes: change(
      'functions/domain/server-frame.ts',
      'return index === MAX_ORDERS_PER_PAGE || (bytes > MAX_FRAME_FROM_SERVER_BYTES && index > 0);',
      'return index === MAX_ORDERS_PER_PAGE;',
    ),
    suite: 'tests/domain/answers.test.ts',
  },
  {
    name: 'the order of the items counted as part of the order',
    changes: change(
      'functions/domain/place-order.ts',
      '  lines.sort((a, b) => compare(JSON.stringify(a), JSON.stringify(b)));\n',
      '',
    ),
    suite: 'tests/domain/place-order.test.ts',
  },
  {
    name: 'what the customer expects to pay counted as part of the order',
    changes: change(
      'functions/domain/place-order.ts',
      '    request.note ?? null,\n    ...more,\n',
      '    request.note ?? null,\n    request.expectedTotalCents,\n    ...more,\n',
    ),
    suite: 'tests/domain/place-order.test.ts',
  },
  {
    name: 'a key that stands twice in JSON',
    changes: change('functions/domain/json.ts', '  if (twice !== undefined)', '  if (twice === null)'),
    suite: 'tests/domain/json.test.ts',
  },
  {
    name: 'a quantity of −0, a half, or a million',
    changes: change(
      'functions/domain/text.ts',
      'Number.isInteger(value) && value >= min && value <= max && !Object.is(value, -0)',
      'value >= min',
    ),
    suite: 'tests/domain/place-order.test.ts',
  },
  {
    name: 'U+0000 in text',
    changes: change('functions/domain/text.ts', "!value.includes('\\0')", 'true'),
    suite: 'tests/domain/place-order.test.ts',
  },
  {
    name: 'an ack beyond the head',
    changes: change(
      'functions/transport/ack.ts',
      "  if (screen.cursor === 'beyond') throw new Refusal('protocol_error', 'the ack is beyond the head of the log');\n",
      '',
    ),
    suite: RULES,
  },
  {
    name: 'an ack in a log that was cut or restored, which nobody minds',
    changes: change('functions/transport/ack.ts', "  if (screen.cursor === 'lost') {", '  if (false) {'),
    suite: RULES,
  },
  {
    name: 'a page that goes out before the one before it was acknowledged',
    changes: change(
      BACKLOG,
      '  if (screen.pageSeq === undefined || acked < screen.pageSeq) return;',
      '  if (screen.pageSeq === undefined) return;',
    ),
    suite: RULES,
  },
  {
    name: 'two pages in flight',
    changes: change(
      BACKLOG,
      '  if (await dependencies.subscriptions.turnPage(id, screen.pageSeq, pageSeq)) await dependencies.push.send(id, frame);',
      '  await dependencies.subscriptions.turnPage(id, screen.pageSeq, pageSeq);\n  await dependencies.push.send(id, frame);',
    ),
    suite: RULES,
  },
  {
    name: 'a page that is the last one, though there is more',
    changes: change(
      'functions/domain/server-frame.ts',
      '  const more = last !== undefined && last < head;',
      '  const more = false;',
    ),
    suite: 'tests/domain/server-frame.test.ts',
  },
  {
    name: 'a transport that throws when the database is away',
    changes: change('functions/transport/transport.ts', '  dependencies.log(requestId, error);', '  throw error;'),
    suite: RULES,
  },
  {
    name: 'a client that is closed because the database is away',
    changes: change(
      'functions/transport/transport.ts',
      "  'rate_limited',\n]);",
      "  'rate_limited',\n  'unavailable',\n]);",
    ),
    suite: RULES,
  },
  {
    name: 'any key opens the shop',
    changes: change('db/shops.ts', ' and k.key_hash = $2', ' and $2::bytea is not null'),
    suite: 'tests/database/shops.test.ts',
  },
  {
    name: 'a role that is not checked',
    changes: change(
      COMMAND,
      "if (!mayRun(touched.state === 'shop' ? touched.role : 'customer', frame.op)) {",
      "if (touched.state !== 'shop' && !mayRun('customer', frame.op)) {",
    ),
    suite: 'tests/e2e/people.test.ts',
  },
  {
    name: 'a screen that is left open when its key is revoked',
    changes: change(COMMAND, "  if (frame.op === 'revoke_key') await closeRevoked(dependencies, run.shop);\n", ''),
    suite: 'tests/e2e/people.test.ts',
    test: 'within 5 seconds',
  },
  {
    name: 'a part of a menu that replaces it before the rest is there',
    changes: change(
      'db/migrations/036-menu-parts.sql',
      "  elsif v_part < (p_part ->> 'parts')::integer then\n    return '{\"ok\":true}';\n",
      '',
    ),
    suite: 'tests/database/menu.test.ts',
    test: 'comes in parts',
  },
  {
    name: 'any token opens the order',
    changes: change(
      HELLO,
      'dependencies.readToken(frame.order, frame.token)',
      '{ shop: undefined, isReadOnly: false }',
    ),
    suite: RULES,
  },
  {
    name: 'a read-only link that cancels',
    changes: change('functions/transport/command.ts', 'if (order.isReadOnly) throw', 'if (false) throw'),
    suite: 'tests/e2e/share-link.test.ts',
    test: 'cannot cancel',
  },
  {
    name: 'a read-only link that tells of the customer',
    changes: change('functions/domain/without-customer.ts', 'isReadOnly ? withoutCustomer(order) : order', 'order'),
    suite: 'tests/e2e/share-link.test.ts',
    test: 'nothing of its customer',
  },
  {
    name: 'a token of a read-only link that opens everything',
    changes: change('functions/domain/secret.ts', '{ shop, isReadOnly: true }', '{ shop, isReadOnly: false }'),
    suite: 'tests/domain/secret.test.ts',
    test: 'read-only link',
  },
  {
    name: 'a wrong key that nobody is told of',
    changes: change(
      'functions/transport/transport.ts',
      "return frame?.type === 'hello' ? 'wrong_key' : 'revoked_key';",
      'return undefined;',
    ),
    suite: 'tests/database/wrong-keys.test.ts',
    test: 'wrong key',
  },
  {
    name: 'a token that says a shop for which nobody has signed',
    changes: change('functions/domain/secret.ts', 'order of $', 'order of '),
    suite: 'tests/domain/secret.test.ts',
    test: 'opens its own order alone',
  },
  {
    name: 'a cursor of the hello that nobody checks',
    changes: change(
      HELLO,
      "  if (cursor !== undefined && touched.cursor === 'kept') {",
      '  if (cursor !== undefined) {',
    ),
    suite: SIMULATION,
    test: SCHEDULES,
  },
  {
    name: 'a cursor of the ping that nobody checks',
    changes: change(
      'functions/transport/ping.ts',
      "  if (touched.cursor === 'lost' || touched.cursor === 'beyond') {",
      '  if (false) {',
    ),
    suite: SIMULATION,
    test: SCHEDULES,
  },
  {
    name: 'a ping that brings nothing of what is missing',
    changes: change(
      'functions/transport/ping.ts',
      '  if (cursor.after < touched.head) await sendPage(dependencies, id, touched, cursor.after);\n',
      '',
    ),
    suite: SIMULATION,
    test: SCHEDULES,
  },
  {
    name: 'a snapshot that leaves what was acknowledged before',
    changes: change(BACKLOG, '  await dependencies.subscriptions.startSnapshot(id, open.epoch);\n', ''),
    suite: RULES,
    test: 'cut meanwhile',
  },
  {
    name: 'a command whose result nobody tells',
    changes: change('functions/transport/command.ts', '  await dependencies.push.send(id, answer);\n', ''),
    suite: SIMULATION,
    test: SCHEDULES,
  },
  {
    name: 'a command whose place in the log is part of what it asks for',
    changes: change(
      'functions/transport/command.ts',
      '  const { type: _, id, after: __, ...operation } = frame;',
      '  const { type: _, id, ...operation } = frame;',
    ),
    suite: SIMULATION,
    test: SCHEDULES,
  },
  {
    name: 'expired orders that nobody is told of',
    changes: change(
      'functions/redeliver/redeliver.ts',
      'if (event.shop === shop) await announce(',
      'if (event.shop === undefined) await announce(',
    ),
    suite: 'tests/redeliver/housekeeping.test.ts',
    test: 'expires once',
  },
  {
    name: 'a refusal that repeats what a field held',
    changes: change(
      'functions/domain/shape.ts',
      "  return issue.message.startsWith('must') ? issue.message :",
      "  return issue.kind === 'schema' ? issue.message :",
    ),
    suite: 'tests/domain/client-frame.test.ts',
    test: 'is not repeated',
  },
  {
    name: 'a screen that nobody reached, kept from whoever could',
    changes: change(
      'functions/redeliver/redeliver.ts',
      "  else if (outcome === 'unknown') await dependencies.redelivery.releaseOverdue(connectionId);\n",
      '',
    ),
    suite: 'tests/redeliver/overdue.test.ts',
    test: '11.3',
  },
];
