import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';
import pg from 'pg';
import { Refusal } from '../functions/domain/refusal.ts';
import { raiseWall } from './shop-wall.ts';

/** What may be done to a table; with columns, to no others. */
type Right = 'select' | 'insert' | 'delete' | 'update' | { update: string };

/**
 * What functions do to tables, and no more. What is not here (`migrations`, all keys of a shop at once, epochs, deleting orders)
 * belongs to the role that migrates.
 */
export const RIGHTS: Readonly<Record<string, readonly Right[]>> = {
  chat_members: ['select', 'insert', 'update', 'delete'],
  chores: ['select', 'insert', 'update'],
  commands: ['select', 'insert', 'update', 'delete'],
  connections: ['select', 'insert', 'update', 'delete'],
  dishes: ['select', 'insert', 'update', 'delete'],
  escalations: ['select', 'insert', 'update'],
  events: ['select', 'insert', 'delete', { update: 'body' }],
  followers: ['select', 'insert', 'update'],
  menu_parts: ['select', 'insert', 'delete'],
  menus: ['select', 'insert', 'update'],
  order_items: ['select', 'insert', { update: 'note' }],
  order_keys: ['select', 'insert', { update: 'body_hash' }],
  orders: [
    'select',
    'insert',
    {
      update:
        'status, version, updated_at, accepted_at, ready_at, reason, reminded_at, waits_from, accept_by, first_accept_by, customer_name, customer_phone, customer_address, note, erased_at',
    },
  ],
  print_claims: ['select', 'insert'],
  rate_limits: ['select', 'insert', 'update', 'delete'],
  regulars: ['select', 'insert', 'update', 'delete'],
  shop_acks: ['select', 'update'],
  shop_keys: ['select', 'insert', 'delete', { update: 'last_seen_at' }],
  shops: [
    'select',
    {
      update:
        'version, open, auto_accept, prep_minutes, busy_minutes, pause_minutes, paused_until, retention_days, erased_to, ' +
        'hours, hours_change_at, pickup, delivery, discounts, later, about, last_key',
    },
  ],
  slot_shares: ['select', 'insert', 'delete', { update: 'count' }],
  streams: [
    'select',
    { update: 'head, min_seq, last_at, order_day, order_number, held_numbers, rate_from, rate_count' },
  ],
  visitor_news: ['select', 'insert', 'update'],
};

/** Functions that only the owner's calls use. */
export const OWNERS_FUNCTIONS = [
  'upsert_shop(jsonb, bytea)',
  'erase_customer(text, text, integer)',
  'rotate_key(text, bytea)',
];

/**
 * Lets the role of a URL run the functions and do nothing else: makes it, with the URL's password, or sets that
 * password, and gives it the rights above. To be repeated after every migration; the caller's role owns the schema.
 * @throws Refusal `invalid_request` when the URL names no role and password, or a role that may do more
 */
export async function grantRuntime(pool: Pick<pg.Pool, 'connect'>, url: string): Promise<void> {
  const { username, password } = new URL(url);
  const role = decodeURIComponent(username);
  if (role === '' || password === '')
    throw new Refusal('invalid_request', 'RUNTIME_DATABASE_URL names no role and password');
  const client = await pool.connect();
  try {
    await raiseWall(client);
    await client.query('begin');
    const { rows } = await client.query<{ is_mighty: boolean }>(KNOWN_ROLE, [role]);
    if (rows[0]?.is_mighty === true) {
      throw new Refusal('invalid_request', 'the role of RUNTIME_DATABASE_URL may do more than run the functions');
    }
    const name = pg.escapeIdentifier(role);
    const verifier = pg.escapeLiteral(scramVerifier(decodeURIComponent(password)));
    await client.query(`${rows.length === 0 ? 'create' : 'alter'} role ${name} with login password ${verifier}`);
    for (const statement of grantsTo(name)) await client.query(statement);
    await client.query('commit');
    client.release();
  } catch (error) {
    client.release(true);
    throw error;
  }
}

const KNOWN_ROLE = `
  select rolsuper or rolcreaterole or rolcreatedb or rolreplication or rolbypassrls or rolname = current_user
    or pg_has_role(rolname, (select nspowner from pg_namespace where nspname = 'public'), 'member')
    or exists (select from pg_class where relowner = r.oid) as is_mighty
  from pg_roles r where rolname = $1`;

function grantsTo(role: string): string[] {
  const functions = 'all functions in schema public';
  return [
    // On Citus: over one connection to each node, also in a session from before `distribute`. Elsewhere it says nothing.
    "set local citus.multi_shard_modify_mode = 'sequential'",
    'revoke create on schema public from public',
    `revoke all on all tables in schema public from public, ${role}`,
    `revoke all on ${functions} from public`,
    `grant usage on schema public to ${role}`,
    `grant execute on ${functions} to ${role}`,
    ...OWNERS_FUNCTIONS.map(each => `revoke execute on function ${each} from ${role}`),
    ...Object.entries(RIGHTS).map(
      ([table, rights]) => `grant ${rights.map(rightOf).join(', ')} on ${table} to ${role}`,
    ),
  ];
}

function rightOf(right: Right): string {
  return typeof right === 'string' ? right : `update (${right.update})`;
}

/** What the server keeps of a password, so that the password itself is in no statement and no log. RFC 5803. */
function scramVerifier(password: string): string {
  const iterations = 4096;
  const salt = randomBytes(16);
  const salted = pbkdf2Sync(password.normalize('NFKC'), salt, iterations, 32, 'sha256');
  const keyed = (text: string) => createHmac('sha256', salted).update(text).digest();
  const storedKey = createHash('sha256').update(keyed('Client Key')).digest('base64');
  return `SCRAM-SHA-256$${iterations}:${salt.toString('base64')}$${storedKey}:${keyed('Server Key').toString('base64')}`;
}
