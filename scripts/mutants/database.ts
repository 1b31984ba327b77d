import { change, type Mutant } from './mutant.ts';

const SHOPS = 'db/migrations/001-shops.sql';
const COMMANDS = 'db/migrations/003-commands.sql';
const SHOP_WORK = 'db/migrations/006-shop-work.sql';
const ROW_TYPES = 'db/migrations/009-row-types.sql';
const CLOCK = 'db/migrations/011-clock-and-numbers.sql';
const BOUNDED_STORAGE = 'db/migrations/015-bounded-storage.sql';
const SHOP_COLUMNS = 'db/migrations/023-shop-columns.sql';
const SHOP_KEYS = 'db/migrations/025-shop-keys.sql';
const DISH_DETAILS = 'db/migrations/027-dish-details.sql';
const SHOP_TERMS = 'db/migrations/028-shop-terms.sql';
const ORDER_TERMS = 'db/migrations/031-order-terms.sql';
const PEOPLE = 'db/migrations/033-people.sql';
const SLOT_SHARES = 'db/migrations/035-shares-of-slots.sql';
const ON_A_NODE = 'db/migrations/038-shop-on-a-node.sql';
const CHOICES_BY_ID = 'db/migrations/045-choices-by-id.sql';
const OWN_FIRST = 'db/migrations/040-own-screens-first.sql';
const IMPORTS = "import type { Database } from './database.ts';\n";
const IMPORTS_AND_REFUSAL = `import { Refusal } from '../functions/domain/refusal.ts';\n${IMPORTS}`;

/** What can be wrong in SQL and in how it is called: shops, menus, orders and commands. */
export const databaseMutants: Mutant[] = [
  {
    name: 'a place of a slot that two take',
    changes: change(
      SLOT_SHARES,
      "  perform pg_advisory_xact_lock(hashtextextended('slot of ' || s.id, extract(epoch from p_at)::bigint));\n",
      '',
    ),
    suite: 'tests/database/order-terms.test.ts',
    test: 'the last place of a slot once',
  },
  {
    name: 'a slot that is counted outside the statement',
    changes: [
      {
        file: SLOT_SHARES,
        from: "  if v_taken >= (s.later ->> 'perSlot')::bigint then",
        to: '  if false then',
      },
      {
        file: 'db/orders.ts',
        from: '      const { shop } = order.request;\n',
        to: `      const { shop, wantedAt = null } = order.request;
      const count = "select taken_in_slot(s.id, $2) >= (s.later ->> 'perSlot')::bigint as is_full from shops s where s.id = $1";
      const [slot] = await database.query<{ is_full: boolean }>(count, [shop, wantedAt]);
      if (slot?.is_full) throw new Refusal('slot_full', 'the last place of that time is taken');
`,
      },
      { file: 'db/orders.ts', from: IMPORTS, to: IMPORTS_AND_REFUSAL },
    ],
    suite: 'tests/database/last-place.test.ts',
  },
  {
    name: 'hours by the clock of the function',
    changes: [
      { file: CHOICES_BY_ID, from: 'v_shop.open and (is_always(v_shop.hours)', to: 'v_shop.open and (true' },
      {
        file: 'db/orders.ts',
        from: '      const { shop } = order.request;\n',
        to: `      const { shop, wantedAt } = order.request;
      const hours = 'select h.is_open from shops s cross join lateral hours_at(s.hours, s.time_zone, $2) h where s.id = $1';
      const [now] = await database.query<{ is_open: boolean }>(hours, [shop, new Date()]);
      if (wantedAt === undefined && now?.is_open === false) throw new Refusal('shop_closed', 'the shop is closed');
`,
      },
      { file: 'db/orders.ts', from: IMPORTS, to: IMPORTS_AND_REFUSAL },
    ],
    suite: 'tests/database/order-terms.test.ts',
    test: 'the clock of the database',
  },
  {
    name: 'hours that close no shop',
    changes: change(CHOICES_BY_ID, 'v_shop.open and (is_always(v_shop.hours)', 'v_shop.open and (true'),
    suite: 'tests/database/order-terms.test.ts',
    test: 'waits until that opens',
  },
  {
    name: 'choices that cost nothing',
    changes: change(
      CHOICES_BY_ID,
      '(d.price_cents + coalesce(c.cents, 0)) * p_quantities[l]',
      'd.price_cents::bigint * p_quantities[l]',
    ),
    suite: 'tests/database/order-model.test.ts',
  },
  {
    name: 'hours that end at midnight',
    changes: change(
      SHOP_TERMS,
      "then interval '0' else interval '1 day' end",
      "then interval '0' else interval '0' end",
    ),
    suite: 'tests/database/hours.test.ts',
  },
  {
    name: 'the number of an event from a sequence, taken before the shop’s turn',
    changes: [
      {
        file: SHOPS,
        from: 'create table streams (',
        to: 'create sequence naive_seq;\ncreate table streams (',
      },
      {
        file: CHOICES_BY_ID,
        from: '  v_priced record;\n',
        to: "  v_priced record;\n  v_seq bigint := nextval('naive_seq');\n",
      },
      {
        file: CHOICES_BY_ID,
        from: '    head = s.head + 1, last_at = moment_after(s.last_at, v_now),',
        to: '    head = v_seq, last_at = moment_after(s.last_at, v_now),',
      },
    ],
    suite: 'tests/database/place-order.test.ts',
    test: 'while 16 clients write',
  },
  {
    name: 'a cursor over the time of events',
    changes: change(
      'db/streams.ts',
      'where e.shop = $1 and e.seq > $2\n  order by e.seq\n',
      "where e.shop = $1 and e.at > coalesce((select c.at from events c where c.shop = $1 and c.seq = $2), '-infinity')\n  order by e.at\n",
    ),
    suite: 'tests/mutants/one-statement.test.ts',
    test: 'read by its numbers',
  },
  {
    name: 'placing as a transaction of several statements, with a pause before the commit',
    changes: change(
      'db/orders.ts',
      `      const { rows, next } = await database.queryWithNext<PlacementRow, { id: string }>(
        {
          text: statementFor(order, limits !== undefined),
          values: [...placeValues(order), ...limitValues(limits), ...termValues(order)],
        },
        { text: SCREENS, values: [shop] },
      );
`,
      `      const client = await database.pool.connect();
      await client.query('begin');
      const values = [...placeValues(order), ...limitValues(limits), ...termValues(order)];
      const { rows } = await client.query<PlacementRow>(PLACE, values);
      await new Promise(resolve => setTimeout(resolve, 50));
      await client.query('commit');
      client.release();
      const next = await database.query<{ id: string }>(SCREENS, [shop]);
`,
    ),
    suite: 'tests/mutants/one-statement.test.ts',
    test: 'F7',
  },
  {
    name: 'idempotency in one statement',
    changes: change(
      CHOICES_BY_ID,
      `  insert into order_keys (shop, key, body_hash, order_id) values (p_shop, p_key, p_body_hash, place_order.order_id)
  on conflict do nothing;
  if not found then
    -- Another statement: in READ COMMITTED it sees what the winner of a race has committed in the meantime.
    v_order := known_order(p_shop, p_key, p_body_hash);
`,
      `  with ins as (
    insert into order_keys (shop, key, body_hash, order_id) values (p_shop, p_key, p_body_hash, place_order.order_id)
    on conflict do nothing returning *
  )
  select k.order_id into v_order.id from (
    select * from ins union all select * from order_keys where shop = p_shop and key = p_key) k limit 1;
  if v_order.id <> place_order.order_id then
    select * into strict v_order from orders o where o.shop = p_shop and o.id = v_order.id;
`,
    ),
    suite: 'tests/mutants/one-statement.test.ts',
    test: 'F10',
  },
  {
    name: 'a key that is not kept',
    changes: change(
      CHOICES_BY_ID,
      '  replayed := false;\n  epoch := v_stream.epoch;\n',
      '  delete from order_keys k where k.key = p_key;\n  replayed := false;\n  epoch := v_stream.epoch;\n',
    ),
    suite: 'tests/database/place-order.test.ts',
    test: 'an idempotency key',
  },
  {
    name: 'a refusal that is returned instead of raised',
    changes: change(
      CHOICES_BY_ID,
      `  v_shop := shop_for_order(p_shop, p_wanted_at, p_per_shop,
    count_caller(p_address, p_per_address, p_customer_phone, p_per_phone), p_customer_phone);`,
      `  begin
    v_shop := shop_for_order(p_shop, p_wanted_at, p_per_shop,
      count_caller(p_address, p_per_address, p_customer_phone, p_per_phone), p_customer_phone);
  exception when sqlstate 'WO002' then
    replayed := true;
    body := '{"error":"shop_closed"}';
    return;
  end;`,
    ),
    suite: 'tests/database/place-order-refusals.test.ts',
  },
  {
    name: 'the price as the client expects it',
    changes: change(
      CHOICES_BY_ID,
      '  if total_cents <> p_expected_total_cents then',
      '  total_cents := coalesce(p_expected_total_cents, total_cents);\n  if false then',
    ),
    suite: 'tests/database/place-order-refusals.test.ts',
  },
  {
    name: 'a replay that answers the order as it is now',
    changes: change(CHOICES_BY_ID, '    body := placed_order_json(v_order);', '    body := order_json(v_order);'),
    suite: 'tests/database/place-order.test.ts',
    test: 'an idempotency key',
  },
  {
    name: 'another body under a known key is taken for the same',
    changes: change(
      'db/migrations/047-hashes-of-customers.sql',
      "  if v_known.body_hash <> '' and v_known.body_hash <> p_body_hash then",
      '  if false then',
    ),
    suite: 'tests/database/place-order.test.ts',
    test: 'an idempotency key',
  },
  {
    name: 'a key that makes one order, whatever the shop',
    changes: change(SHOP_KEYS, 'add primary key (shop, key)', 'add primary key (key)'),
    suite: 'tests/database/place-order.test.ts',
    test: 'is one of its shop',
  },
  {
    name: 'a row that was written while the columns were filled, and is left without its shop',
    changes: change(
      SHOP_KEYS,
      'update order_items i set shop = o.shop from orders o where o.id = i.order_id and i.shop is null;\n',
      '',
    ),
    suite: 'tests/database/shop-keys-upgrade.test.ts',
    test: 'began before',
  },
  {
    name: 'a command that is not kept',
    changes: change(
      SHOP_COLUMNS,
      '    update commands c set outcome = p_outcome where',
      '    delete from commands c where',
    ),
    suite: 'tests/database/commands.test.ts',
    test: 'a command id',
  },
  {
    name: 'a refused command that is not kept',
    changes: change(SHOP_COLUMNS, "  elsif p_outcome #>> '{error,code}' = 'rate_limited' or (", '  elsif true or ('),
    suite: 'tests/database/commands.test.ts',
    test: 'a command id',
  },
  {
    name: 'the version of an order that is not compared',
    changes: change(
      SHOP_COLUMNS,
      "  elsif v_order.version <> (p_operation ->> 'version')::integer then",
      '  elsif false then',
    ),
    suite: 'tests/database/commands.test.ts',
    test: 'any sequence|two at the same moment',
  },
  {
    name: 'a terminal state that can be left',
    changes: change(COMMANDS, '  else false\nend;', "  else p_to = 'accepted'\nend;"),
    suite: 'tests/database/commands.test.ts',
    test: 'any sequence',
  },
  {
    name: 'a result that acknowledges more than its own event',
    changes: change(
      PEOPLE,
      'where c.id = p_connection and c.acked_seq = v_event.seq - 1 and c.page_seq is null;',
      'where c.id = p_connection;',
    ),
    suite: 'tests/mutants/claims.test.ts',
    test: 'the result of a command',
  },
  {
    name: 'auto-accept without the bound of 60 seconds',
    changes: change(SHOP_KEYS, '      and coalesce(o.waits_from, o.placed_at) > clock_timestamp() - p_within\n', ''),
    suite: 'tests/database/auto-accept.test.ts',
  },
  {
    name: 're-delivery that waits for what another run holds',
    changes: change(
      OWN_FIRST,
      'and may_push(c.push_after, c.push_tries)\n    for update of c skip locked',
      'and may_push(c.push_after, c.push_tries)\n    for update of c',
    ),
    suite: 'tests/mutants/claims.test.ts',
  },
  {
    name: 'a shop that is told of the same order by every run',
    changes: change(
      ON_A_NODE,
      "  update escalations e set tries = e.tries + 1, next_at = now() + interval '10 seconds'",
      '  update escalations e set tries = e.tries + 1',
    ),
    suite: 'tests/mutants/claims.test.ts',
  },
  {
    name: 'a log that is cut to nothing',
    changes: change(BOUNDED_STORAGE, 'e.seq < least(v_min + 1000, v_head)', 'e.seq < v_min + 1000'),
    suite: 'tests/mutants/one-statement.test.ts',
    test: 'older than its keeping',
  },
  {
    name: 'an order that two devices print',
    changes: change(
      SHOP_KEYS,
      'where c.shop = p_shop and c.order_id = p_order and c.device = v_device)',
      'where c.shop = p_shop and c.order_id = p_order)',
    ),
    suite: 'tests/database/print-claims.test.ts',
  },
  {
    name: 'a claim that another device gets by the same command',
    changes: change(
      PEOPLE,
      "      when v_op = 'claim_print' then claim_print(p_shop, p_order, p_connection)\n      when v_known.refused",
      '      when v_known.refused',
    ),
    suite: 'tests/database/print-claims.test.ts',
  },
  {
    name: 'an order of another shop that is printed',
    changes: change(SHOP_KEYS, 'where o.shop = p_shop and o.id = p_order) then', 'where o.id = p_order) then'),
    suite: 'tests/database/print-claims.test.ts',
  },
  {
    name: 'an order of the menu that names a dish twice',
    changes: change(
      SHOP_WORK,
      'if jsonb_array_length(p_ids) <> (select count(*) from dishes d where d.shop = p_shop)\n    or exists',
      'if exists',
    ),
    suite: 'tests/database/menu.test.ts',
  },
  {
    name: 'a menu that grows without end',
    changes: change(DISH_DETAILS, 'and d.id <> v_id) >= 1000 then', 'and d.id <> v_id) >= 100000 then'),
    suite: 'tests/database/menu.test.ts',
  },
  {
    name: 'a busy shop that promises its usual time',
    changes: change(SHOP_WORK, 'select s.prep_minutes + s.busy_minutes from', 'select s.prep_minutes from'),
    suite: 'tests/database/menu.test.ts',
    test: 'busy',
  },
  {
    name: 'what nobody has accepted, among what was accepted',
    changes: change(
      ORDER_TERMS,
      "coalesce(sum(total_cents) filter (where status in ('accepted', 'ready')), 0)",
      "coalesce(sum(total_cents) filter (where status in ('placed', 'accepted', 'ready')), 0)",
    ),
    suite: 'tests/database/reports.test.ts',
  },
  {
    name: 'takings of orders that were refused',
    changes: change(ORDER_TERMS, "o.status not in ('rejected', 'cancelled', 'expired') as counts", 'true as counts'),
    suite: 'tests/database/reports.test.ts',
  },
  {
    name: 'the hours of Greenwich in a report',
    changes: change(
      ORDER_TERMS,
      'extract(hour from coalesce(o.wanted_at, o.placed_at) at time zone s.time_zone)',
      "extract(hour from o.placed_at at time zone 'UTC')",
    ),
    suite: 'tests/database/reports.test.ts',
  },
  {
    name: 'a report of every shop',
    changes: change(
      ORDER_TERMS,
      'where o.shop = p_shop and o.day = (select shop_day(p_shop, p_day))',
      'where o.day = (select shop_day(p_shop, p_day))',
    ),
    suite: 'tests/database/reports.test.ts',
  },
  {
    name: 'a function with an SQL-standard body that takes a row of a table',
    changes: change(
      ROW_TYPES,
      'create or replace function shop_json',
      'create function shop_name(s shops) returns text language sql return s.name;\ncreate or replace function shop_json',
    ),
    suite: 'tests/database/row-types.test.ts',
    test: 'F60',
  },
  {
    name: 'the number of an order that is still open, given again the next day',
    changes: change(CLOCK, '    ) o where o.day <> p_day);', '    ) o where false);'),
    suite: 'tests/database/order-numbers.test.ts',
  },
  {
    name: 'the numbers of a day that comes back, from the beginning',
    changes: change(
      CLOCK,
      'coalesce((select max(o.number) from orders o where o.shop = p_shop and o.day = p_day), 0),',
      '0,',
    ),
    suite: 'tests/database/order-numbers.test.ts',
    test: 'go on where they were',
  },
  {
    name: 'a database that may forget what it has committed is used',
    changes: change('db/session.ts', '  if (off.length > 0)\n', '  if (off.length > 9)\n'),
    suite: 'tests/mutants/claims.test.ts',
    test: 'forget',
  },
  {
    name: 'a statement that fails because it was prepared while another was found out',
    changes: change(
      'db/database.ts',
      'if (isPrepared && isFaultOfPreparing(error)) {',
      'if (prepares && isFaultOfPreparing(error)) {',
    ),
    suite: 'tests/database/prepared.test.ts',
    test: '11.5',
  },
  {
    name: 'a statement that is prepared before it waits for a connection',
    changes: change(
      'db/database.ts',
      `        const client = await pool.connect();
        // Not before there is a connection: meanwhile others may have found out that preparing fails.
        isPrepared = prepares;
`,
      `        isPrepared = prepares;
        const client = await pool.connect();
`,
    ),
    suite: 'tests/database/prepared.test.ts',
    test: 'of many that wait',
  },
  {
    name: 'a connection that is closed because a statement was prepared',
    changes: change('db/database.ts', ' || isFaultOfPreparing(error);', ';'),
    suite: 'tests/database/prepared.test.ts',
    test: 'of many that wait',
  },
  {
    name: 'a cancelled wait for the standby that is taken for a commit on it',
    changes: change(
      'db/database.ts',
      "    if (isOnlyHere && settled[0]?.status === 'fulfilled') throw new NotReplicated();\n",
      '',
    ),
    suite: 'tests/faults/wait-for-standby.test.ts',
    test: 'F56 a commit whose wait',
  },
  {
    name: 'tables of somebody else that are taken for none',
    changes: change('db/foreign-tables.ts', '  if (theirs.length === 0) return;', '  if (theirs.length < 9) return;'),
    suite: 'tests/database/migrate.test.ts',
    test: '11.8 refuses',
  },
];
