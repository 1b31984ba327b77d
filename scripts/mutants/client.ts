import { change, type Mutant } from './mutant.ts';

const LOG = 'web/connection/shop/log.ts';
const SENDING = 'web/connection/shop/sending.ts';
const PLACING = 'web/connection/placing.ts';
const PLACE = 'web/connection/place.ts';
const ANSWER = 'functions/domain/answer.ts';
const MEANWHILE = 'tests/web/shop/meanwhile.test.ts';
const ONE_TAB = 'web/shop/attention/one-tab.ts';
const FOREIGN = 'tests/web/connection/foreign-answers.test.ts';
const SHOP = 'tests/web/connection/shop-stream.test.ts';
const SIMULATION = 'tests/simulation/simulation.test.ts';
const SCHEDULES = 'from seed 1 on';

/** What can be wrong in a client. */
export const clientMutants: Mutant[] = [
  {
    name: 'a picture that the policy forbids, called broken',
    changes: change(
      'web/shop/settings/picture-preview.tsx',
      "effectiveDirective === 'img-src'",
      "effectiveDirective === 'image'",
    ),
    suite: 'tests/web/shop/terms.test.ts',
    test: 'the picture of a shop',
  },
  {
    name: 'a price of a currency without cents, refused with an example that has some',
    changes: change(
      'functions/domain/menu-file/import.ts',
      "digits === 0 ? 'whole_amount'",
      "digits < 0 ? 'whole_amount'",
    ),
    suite: 'tests/domain/menu-file/menu.test.ts',
    test: 'in JPY looks like',
  },
  {
    name: 'a setting that no shop may have, found out at the database',
    changes: change('scripts/shop-command/run.ts', '    checkRules(wish);\n', ''),
    suite: 'tests/shop-command/command.test.ts',
    test: 'wrong usage',
  },
  {
    name: 'an option that is there twice, of which the last counts',
    changes: change('scripts/shop-command/arguments.ts', 'given.indexOf(name) < index', 'given.indexOf(name) > index'),
    suite: 'tests/shop-command/command.test.ts',
    test: 'wrong usage',
  },
  {
    name: 'a dish that is saved as available as it was when its form was opened',
    changes: change(
      'web/shop/menu/dish-typed.ts',
      'typed.available ?? present?.available ?? true',
      'typed.available ?? true',
    ),
    suite: MEANWHILE,
    test: 'its availability of now',
  },
  {
    name: 'a form that saves all of it as it was when it was opened',
    changes: change('web/shop/on-top-of.ts', '{ ...present, ...Object', '{ ...before, ...Object'),
    suite: MEANWHILE,
    test: 'what was not touched is as it is now',
  },
  {
    name: 'a form that saves over others unasked',
    changes: change('web/shop/meanwhile.ts', "return tell('changed');", 'return false;'),
    suite: MEANWHILE,
    test: 'saves over nobody unasked',
  },
  {
    name: 'a file that undoes what is sold out without a word',
    changes: change(
      'functions/domain/menu-file/changes.ts',
      'available === true && was?.some',
      'available === undefined && was?.some',
    ),
    suite: 'tests/domain/menu-file/changes.test.ts',
    test: 'sold out and would be there again',
  },
  {
    name: 'an order for later that nobody is told to begin',
    changes: change(
      'web/shop/orders/later.ts',
      '|| wereEarly.has(id)) && serverNow.value >= at;',
      '|| wereEarly.has(id)) && serverNow.value >= Date.parse(wantedAt);',
    ),
    suite: 'tests/web/shop/later.test.ts',
    test: 'rings again',
  },
  {
    name: 'an order for later that is cooked at once',
    changes: change('web/shop/orders/later.ts', 'if (!isOpen(status) || typeof', "if (status !== 'placed' || typeof"),
    suite: 'tests/web/shop/later.test.ts',
    test: 'rings again',
  },
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
    name: 'a protocol_error that ends the day',
    changes: change(
      'web/connection/session.ts',
      '  const why = role.takeOffence(turn);',
      "  const why = 'protocol_error';",
    ),
    suite: SHOP,
    test: '9.10',
  },
  {
    name: 'a command that the server cannot take, sent for ever',
    changes: change('web/connection/outbox.ts', 'suspect.offences < OFFENCES_TO_DROP', 'suspect.offences > 0'),
    suite: SHOP,
    test: '9.10',
  },
  {
    name: 'the oldest command dropped for what another one did',
    changes: change(
      'web/connection/outbox.ts',
      '  const going = suspect === undefined ? outbox : [suspect];',
      '  const going = outbox;',
    ).concat(change('web/connection/outbox.ts', 'others.length > 0 || ', '')),
    suite: SHOP,
    test: '9.10',
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
      'web/connection/shop/snapshot.ts',
      '    if (part === undefined) return undefined;',
      '    if (part === undefined) continue;',
    ),
    suite: SHOP,
  },
  {
    name: 'a snapshot whose frames belong to two of them',
    changes: change(
      'web/connection/shop/snapshot.ts',
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
      'web/connection/shop/stream.ts',
      '  if (result.order !== undefined && draft.orders.has(result.order.id))',
      '  if (result.order !== undefined)',
    ),
    suite: 'tests/mutants/shop-client.test.ts',
  },
  {
    name: 'reconnects that do not wait',
    changes: change(
      'web/connection/reducer.ts',
      '  return Math.floor(random * Math.min(30_000, 1_000 * 2 ** Math.min(attempt, 10)));',
      '  return attempt * random * 0;',
    ),
    suite: SHOP,
  },
  {
    name: 'a dead connection that is waited for without end',
    changes: change('web/connection/session.ts', '    due.push({ at: pongBy, act });\n', ''),
    suite: SHOP,
  },
  {
    name: 'a link that has been silent and is believed in',
    changes: change('web/connection/silence.ts', '  return [{ at, act }];', '  return [];'),
    suite: 'tests/web/connection/silence.test.ts',
    fault: 'F53',
  },
  {
    name: 'a device that has slept and takes its sleep for silence',
    changes: change('web/connection/silence.ts', 'now - at > OVERSLEPT_MS', 'false'),
    suite: 'tests/web/connection/silence.test.ts',
    fault: 'F53',
  },
  {
    name: 'a link that dies before a sign of life, and is believed in for longer than one that dies after it',
    changes: change(
      'web/connection/session.ts',
      'isFirst ? FIRST_PING_UNSHOWN_MS : PING_UNSHOWN_MS',
      'isFirst ? PING_UNSHOWN_MS : PING_UNSHOWN_MS',
    ),
    suite: 'tests/web/connection/silence.test.ts',
    fault: 'F53',
  },
  {
    name: 'a page that looks at a gateway without signs of life, and asks nothing',
    changes: change(
      'web/connection/session.ts',
      '  if (aliveMs !== undefined || isHidden) return pingMs;',
      '  if (aliveMs !== undefined || isHidden || pingMs > 0) return pingMs;',
    ),
    suite: 'tests/web/connection/silence.test.ts',
    fault: 'F53',
  },
  {
    name: 'a customer who is shown the lower version',
    changes: change(
      'web/connection/customer/stream.ts',
      '  if (known !== undefined && known.version > order.version) return;\n',
      '',
    ),
    suite: 'tests/web/connection/customer-stream.test.ts',
  },
  {
    name: 'another key for every try of an order',
    changes: change(
      PLACING,
      "    effects: [...first, 'try' as const].map(type => ({ type, attempt })),",
      "    effects: [...first, 'try' as const].map(type => ({ type, attempt: { ...attempt, key: attempt.key + placing.tries } })),",
    ),
    suite: 'tests/web/connection/placing.test.ts',
  },
  {
    name: 'a key that is stored after the first try',
    changes: change(
      PLACING,
      "    effects: [...first, 'try' as const].map(",
      "    effects: ['try' as const, ...first].map(",
    ),
    suite: 'tests/web/connection/placing.test.ts',
  },
  {
    name: 'an order that is forgotten when its outcome is unknown',
    changes: change(
      PLACING,
      "      return same(wait(placing, 'unknown', outcome.retryAfterMs, moment));",
      '      return { state: notPlacing, effects: forget };',
    ),
    suite: 'tests/web/connection/placing.test.ts',
  },
  {
    name: 'a 5xx after which an earlier try is forgotten',
    changes: change(
      PLACE,
      "if (answer.type === 'foreign' || reply.status >= 500) return",
      "if (answer.type === 'foreign') return",
    ),
    suite: 'tests/web/connection/placing.test.ts',
    fault: 'F51',
  },
  {
    name: 'a 4xx of somebody else that is taken for a refusal',
    changes: change(
      PLACE,
      "  if (answer.type === 'foreign' || reply.status >= 500) return",
      "  if (answer.type === 'foreign' && reply.status >= 400 && reply.status < 500)\n    return { type: 'refused', error: { code: 'x', message: '' } };\n  if (answer.type === 'foreign' || reply.status >= 500) return",
    ),
    suite: FOREIGN,
    fault: 'F51',
  },
  {
    name: 'a code of ours under the status of somebody else',
    changes: change(ANSWER, 'statusOfCode[error.code] === status', 'status >= 400'),
    suite: FOREIGN,
    fault: 'F51',
  },
  {
    name: 'a page of HTML that is read as JSON',
    changes: change(
      ANSWER,
      "/html|xml/i.test(contentType ?? '') ? undefined :",
      'contentType === undefined ? undefined :',
    ),
    suite: FOREIGN,
    fault: 'F51',
  },
  {
    name: 'a refusal that is not the word of bill',
    changes: change(
      PLACE,
      'if (refusals.has(answer.error.code)) return',
      "if (answer.error.code !== 'rate_limited') return",
    ),
    suite: FOREIGN,
    fault: 'F51',
  },
  {
    name: 'a foreign 404 that is a missing shop',
    changes: change(
      'web/connection/shop-info.ts',
      "answer.type === 'refusal' && answer.error.code === 'shop_not_found'",
      'reply.status === 404',
    ),
    suite: FOREIGN,
    fault: 'F51',
  },
  {
    name: 'a config.json of somebody else, or none, for which this origin is guessed',
    changes: change(
      'web/connection/addresses.ts',
      '  if (!isRecord(config)) return undefined;',
      "  if (!isRecord(config)) return readAddresses({ api: '' }, pageUrl);",
    ),
    suite: FOREIGN,
    fault: 'F52',
  },
  {
    name: 'a frame of a gateway that is taken for one of ours',
    changes: change('functions/domain/received.ts', '  return isOurs(value) ? ', '  return isOurs !== undefined ? '),
    suite: FOREIGN,
    fault: 'F51',
  },
  {
    name: 'a wait that ends when the device’s clock says so',
    changes: change(
      'web/connection/steady-clock.ts',
      '      last = Math.max(last, ...times);',
      '      last = Math.max(...times);',
    ),
    suite: 'tests/web/connection/placing.test.ts',
    test: 'F54',
  },
  {
    name: 'a timer that runs out and is not believed',
    changes: change(
      'web/connection/steady-clock.ts',
      '      last = Math.max(last, time);',
      '      last = time < 0 ? time : last;',
    ),
    suite: 'tests/web/connection/placing.test.ts',
    test: 'F54',
  },
  {
    name: 'a try without a network',
    changes: change(PLACING, "if (phase === 'unknown' || isOnline) return", 'if (isOnline || !isOnline) return'),
    suite: 'tests/web/connection/placing.test.ts',
    test: '9.13',
  },
  {
    name: 'an order that may have arrived and is let go',
    changes: change(PLACING, "(isWaiting(placing) && placing.phase !== 'unknown')", 'isWaiting(placing)'),
    suite: 'tests/web/connection/placing.test.ts',
    test: '9.13',
  },
  {
    name: 'an order that was sent, of which the next page says that it was not',
    changes: change(PLACING, "attempt.isSent === false ? ['store'] : []", '[]'),
    suite: 'tests/web/connection/placing.test.ts',
    test: '9.13',
  },
  {
    name: 'a second tap that is a second order',
    changes: change(
      PLACING,
      "    case 'submit':\n      return isOnItsWay(placing) ? same(placing) : tryOrWait(",
      "    case 'submit':\n      return isOnItsWay(notPlacing) ? same(placing) : tryOrWait(",
    ),
    suite: 'tests/web/connection/placing.test.ts',
  },
  {
    name: 'a chat that believes in a link that died before a sign of life',
    changes: change('web/chat/room.ts', '  draft.askAt = moment.now + UNSHOWN_MS;\n', ''),
    suite: 'tests/chat/room-client.test.ts',
    fault: 'F53',
  },
  {
    name: 'a frozen tab that keeps the bell',
    changes: change(ONE_TAB, '    if (performance.now() - heardAt >= patience) onSilence();\n', ''),
    suite: 'tests/web/shop/sound.test.ts',
    test: 'F55: a tab that the browser has frozen',
  },
  {
    name: 'a tab that somebody touches, and that leaves the bell to another',
    changes: change(ONE_TAB, 'followsTouch ? onTouch(giveUp) : () => {};', '() => {};'),
    suite: 'tests/web/shop/sound.test.ts',
    test: 'F55: the tab that somebody touches',
  },
  {
    name: 'a target that is as narrow as its text',
    changes: change('web/shared/style.css', '  min-inline-size: 44px;\n  min-block-size: 44px;\n', ''),
    suite: 'tests/web/targets.test.ts',
  },
];
