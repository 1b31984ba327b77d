import { change, type Mutant } from './mutant.ts';

const CONNECTIONS = 'db/migrations/004-connections.sql';
const VISITORS = 'db/migrations/022-visitors-of-an-address.sql';
const SHARE_LINKS = 'db/migrations/032-share-links.sql';
const ON_A_NODE = 'db/migrations/038-shop-on-a-node.sql';
const PEOPLE = 'db/migrations/033-people.sql';

/** What can be wrong in who is connected to what, with which key, and in the database's own connections. */
export const connectionsMutants: Mutant[] = [
  {
    name: 'one address that takes all places of a shop’s visitors',
    changes: change('db/migrations/022-visitors-of-an-address.sql', ' or v_same >= ceil(p_cap / 4.0) then', ' then'),
    suite: 'tests/database/visitors.test.ts',
    test: 'a quarter of a shop',
  },
  {
    name: 'a ping that is answered with every order, however often it comes',
    changes: change(
      ON_A_NODE,
      '(v_follower.told_version is distinct from v_order.version\n      or',
      '(true\n      or',
    ),
    suite: 'tests/database/followers.test.ts',
    test: 'told by a ping',
  },
  {
    name: 'functions that work as a superuser',
    changes: change('db/session.ts', "session.is_superuser && rule === 'least'", 'false'),
    suite: 'tests/database/least-role.test.ts',
    test: 'a superuser is refused',
  },
  {
    name: 'an owner of the tables whom nobody is told of',
    changes: change('db/session.ts', "rule === 'owner' ? [] : excessOf(session)", '[]'),
    suite: 'tests/database/least-role.test.ts',
    test: 'the owner of the tables',
  },
  {
    name: 'a link that is handed on, and pushes the customer away',
    changes: change(SHARE_LINKS, ' and f.read_only = p_read_only\n', '\n'),
    suite: 'tests/database/followers.test.ts',
    test: 'cannot push away',
  },
  {
    name: 'links of finished orders that never end',
    changes: change(SHARE_LINKS, "select o.status in ('placed', 'accepted', 'ready') or", 'select true or'),
    suite: 'tests/database/followers.test.ts',
    test: 'end fourteen days',
  },
  {
    name: 'an answer to a ping that got lost, and is never sent again',
    changes: change(
      ON_A_NODE,
      'v_order.version\n      or v_follower.told_at not between now() - p_again and now())',
      'v_order.version)',
    ),
    suite: 'tests/database/followers.test.ts',
    test: 'told by a ping',
  },
  {
    name: 'a late connecting event that brings a closed connection back',
    changes: change(
      ON_A_NODE,
      "return case when v_state in ('closed', 'too_many') then",
      "return case when v_state = 'too_many' then",
    ),
    suite: 'tests/database/connections.test.ts',
    test: 'what becomes of a connection',
  },
  {
    name: 'a hello that brings a closed connection back',
    changes: change(
      ON_A_NODE,
      "  if v_connection.state = 'closed' then\n    outcome := 'closed';\n    return;\n  elsif v_connection.state = 'bound' and (v_connection.role",
      "  if v_connection.state = 'bound' and (v_connection.role",
    ),
    suite: 'tests/database/connections.test.ts',
    test: 'what becomes of a connection',
  },
  {
    name: 'a connection that is forgotten on the gateway’s word when it is 100 ms old',
    changes: change(
      ON_A_NODE,
      "\n    and (c.opened_at < now() - interval '5 seconds' or c.opened_at > now() + interval '5 seconds');",
      ';',
    ),
    suite: 'tests/database/connections.test.ts',
    test: 'what becomes of a connection',
  },
  {
    name: 'a cursor of another epoch is taken',
    changes: change(
      ON_A_NODE,
      "  if coalesce(p_epoch, v_connection.epoch, v_stream.epoch) <> v_stream.epoch then\n    cursor := 'lost';\n  elsif p_after",
      '  if p_after',
    ),
    suite: 'tests/database/cursors.test.ts',
  },
  {
    name: 'a cursor on another event is taken',
    changes: change(
      ON_A_NODE,
      ' and e.seq = p_after and (p_last_id is null or e.id = p_last_id)',
      ' and e.seq = p_after',
    ),
    suite: 'tests/database/cursors.test.ts',
  },
  {
    name: 'a cursor below the cut is taken',
    changes: change(
      ON_A_NODE,
      'elsif p_after = 0 and v_stream.min_seq = 1 then',
      'elsif p_after < v_stream.min_seq then',
    ),
    suite: 'tests/database/cursors.test.ts',
  },
  {
    name: 'a cursor above the head is taken',
    changes: change(ON_A_NODE, "cursor := 'beyond'", "cursor := 'kept'"),
    suite: 'tests/database/cursors.test.ts',
  },
  {
    name: 'an ack that runs backwards counts',
    changes: change(ON_A_NODE, '  if p_epoch is null and p_after <= v_connection.acked_seq then', '  if false then'),
    suite: 'tests/database/cursors.test.ts',
  },
  {
    name: 'a revoked key still opens',
    changes: change(PEOPLE, '  delete from shop_keys k where k.shop = p_shop and k.id = v_key.id;\n', ''),
    suite: 'tests/database/keys.test.ts',
  },
  {
    name: 'screens of a revoked key go on',
    changes: change(
      PEOPLE,
      '  update connections c set key_version = 0\n',
      '  update connections c set key_version = key_version\n',
    ),
    suite: 'tests/database/keys.test.ts',
  },
  {
    name: 'a hello with a key that was revoked meanwhile',
    changes: change(ON_A_NODE, "    outcome := 'revoked';\n    return;\n", ''),
    suite: 'tests/database/keys.test.ts',
  },
  {
    name: 'the last key of a manager is revoked',
    changes: change(PEOPLE, "  elsif v_key.role = 'manager' and not exists (", '  elsif false and not exists ('),
    suite: 'tests/database/keys.test.ts',
  },
  {
    name: 'keys of a shop without end',
    changes: change(
      PEOPLE,
      '  elsif (select count(*) from shop_keys k where k.shop = p_shop) >= 50 then',
      '  elsif false then',
    ),
    suite: 'tests/database/keys.test.ts',
  },
  {
    name: 'screens of a key that was changed are still pushed to',
    changes: change(
      CONNECTIONS,
      ' and c.expires_at > now() and c.key_version = s.key_version;',
      ' and c.expires_at > now();',
    ),
    suite: 'tests/database/keys.test.ts',
  },
  {
    name: 'a lease that is over counts',
    changes: change(
      CONNECTIONS,
      " and c.role = 'shop' and c.expires_at > now() and c.key_version",
      " and c.role = 'shop' and c.key_version",
    ),
    suite: 'tests/database/screens.test.ts',
  },
  {
    name: 'an event for the screens of every shop',
    changes: change(CONNECTIONS, "  where c.shop = p_shop and c.state = 'bound'", "  where c.state = 'bound'"),
    suite: 'tests/database/screens.test.ts',
  },
  {
    name: 'visitors without end',
    changes: change(VISITORS, 'if v_all >= p_cap or', 'if v_all < 0 or'),
    suite: 'tests/database/visitors.test.ts',
  },
  {
    name: 'a change of a key that forgets whom the call before it had not told',
    changes: change(
      'db/subscriptions.ts',
      "c.state = 'bound' and c.key_version < s.key_version`",
      "c.state = 'bound' and c.key_version = s.key_version - 1`",
    ),
    suite: 'tests/database/screens.test.ts',
    test: 'is told once more',
  },
  {
    name: 'a dead idle connection that ends the process',
    changes: change(
      'db/database.ts',
      "  pool.on('error', (error, client: pg.PoolClient) => {",
      "  pool.on('errors', (error, client: pg.PoolClient) => {",
    ),
    suite: 'tests/database/database-failures.test.ts',
    test: 'while idle',
  },
  {
    name: 'a broken connection that is not tried again',
    changes: change(
      'db/database.ts',
      "CONNECTION_ENDED)$/.test(code)) return 'again';",
      "CONNECTION_ENDED)$/.test(code)) return 'down';",
    ),
    suite: 'tests/database/database-failures.test.ts',
    test: 'a connection that is ended',
  },
  {
    name: 'a time-out that is taken for a failure',
    changes: change(
      'db/database.ts',
      "  if (/timeout|does not support SSL/i.test(message)) return 'down';",
      "  if (/timeout|does not support SSL/i.test(message)) return 'bug';",
    ),
    suite: 'tests/database/database-failures.test.ts',
    test: 'cannot be reached',
  },
  {
    name: 'an order whose commit need not be durable in a session that others share',
    changes: change('db/durable.ts', "in ('off', 'local') then 'on'", "in ('off', 'local') then 'off'"),
    suite: 'tests/database/pooler.test.ts',
    test: '11.1 synchronous_commit',
  },
  {
    name: 'a repeated order that is answered before the first one is replicated',
    changes: change('db/durable.ts', ' then pg_logical_emit_message(', ' and false then pg_logical_emit_message('),
    suite: 'tests/database/pooler.test.ts',
    test: '11.2',
  },
  {
    name: 'an isolation that the database was set to',
    changes: change('db/session.ts', "  default_transaction_isolation: 'read committed',\n", ''),
    suite: 'tests/database/session.test.ts',
    test: '11.8',
  },
  {
    name: 'a steady screen that goes for the dead ones of another device',
    changes: change(ON_A_NODE, 'order by nth, l.opened_at', 'order by l.opened_at'),
    suite: 'tests/database/screens.test.ts',
    test: '11.4',
  },
  {
    name: 'a database whose encoding lacks letters',
    changes: change('db/session.ts', "if (encoding === 'UTF8')", "if (encoding !== 'UTF16')"),
    suite: 'tests/database/session.test.ts',
    test: '11.8 a database in',
  },
  {
    name: 'settings that are left in a session which others share',
    changes: change('db/session.ts', 'case when is_own then set_config', 'case when true then set_config'),
    suite: 'tests/database/pooler.test.ts',
    test: '11.7 through a pooler',
  },
  {
    name: 'a pooler of statements that nobody notices at the start',
    changes: change(
      'db/require-database.ts',
      "    await client.query('begin');\n    await client.query('commit');\n",
      '',
    ),
    suite: 'tests/database/pooler.test.ts',
    test: '11.7 a pooler of statements',
  },
  {
    name: 'an instance that ends, and closes everybody’s connections',
    changes: change(
      'db/connections/postgres.ts',
      "select id from connections where starts_with(id, $1) and state <> 'closed'",
      "select id from connections where $1 <> '' and state <> 'closed'",
    ),
    suite: 'tests/database/connections.test.ts',
    test: '11.9',
  },
  {
    name: 'a failover that may lose orders, of which nobody is told',
    changes: change('db/durability.ts', "row.standbys === ''", 'false'),
    suite: 'tests/database/durability.test.ts',
    test: '11.10',
  },
];
