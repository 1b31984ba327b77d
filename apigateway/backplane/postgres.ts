import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';
import type { Medium } from './backplane.ts';
import { partsOf, receiveParts } from './parts.ts';

/** Larger frames are nudges where they can be; what cannot be one goes in parts. A push has a line besides its frame. */
const FRAME_BYTES = 7_500;
/** Messages in one statement. */
const MAX_BATCH = 64;

/**
 * PostgreSQL by LISTEN and NOTIFY, in one session for both, which must not lead through a transaction pooler. Whoever
 * listens holds a lock of its name, so that a sender learns that nobody is there.
 */
export function postgresMedium(url: string): Medium {
  return {
    frameBytes: FRAME_BYTES,
    async open(name, { onMessage, onEnd }) {
      // Late, as not every function that pushes has to do with PostgreSQL.
      const { default: postgres } = await import('pg');
      const newClient = () =>
        new postgres.Client({
          connectionString: url,
          application_name: sessionOf(name),
          connectionTimeoutMillis: 3_000,
          query_timeout: 5_000,
          keepAlive: true,
        });
      const client = newClient();
      let isOpen = false;
      client.on('error', error => isOpen && onEnd(error));
      client.on('end', () => isOpen && onEnd());
      const receive = receiveParts(onMessage);
      client.on('notification', ({ payload = '' }) => receive(payload));
      try {
        await client.connect();
        (client as pg.Client & { unref(): void }).unref(); // known to pg, not to its types
        await requireOwnSession(client, newClient);
        for (const statement of SETTINGS) await client.query(statement);
        // The server may not have noticed yet that the last session of this name has died.
        await client.query(END_OTHERS, [sessionOf(name)]);
        await client.query(`listen ${channelOf(name)}`);
        await client.query(HOLD, [channelOf(name)]);
      } catch (error) {
        client.end().catch(() => undefined);
        throw error;
      }
      isOpen = true;
      return {
        send: createSender(client, name),
        async end() {
          isOpen = false;
          // A server that does not answer is not waited for.
          await Promise.race([client.end(), delay(1_000, undefined, { ref: false })]);
        },
      };
    },
  };
}

/**
 * Makes sure that nobody else uses this session, before anything is left in it. A transaction pooler takes LISTEN, locks
 * and settings, and hands the session that has them to the next client, whose orders then suffer.
 * @throws Error when the session is shared
 */
async function requireOwnSession(client: pg.Client, newClient: () => pg.Client): Promise<void> {
  const first = await processOf(client);
  // A server puts its process into the key of a connection, a pooler a number of its own.
  if (first === (client as pg.Client & { processID?: number }).processID) return;
  const other = newClient();
  other.on('error', () => {}); // said by the call that it breaks
  try {
    await other.connect();
    // Twice each: a pooler that hands out its sessions in turn would otherwise look like two that are kept.
    for (const [asked, others] of [
      [client, other],
      [other, client],
    ] as const) {
      const processes = [
        await processOf(asked),
        await processOf(asked),
        await processOf(others),
        await processOf(asked),
      ];
      const [mine, again, foreign, still] = processes;
      if (mine !== again || mine !== still || mine === foreign)
        throw new Error('the session is shared; LISTEN needs a session of its own, not a transaction pooler');
    }
  } finally {
    other.end().catch(() => undefined);
  }
}

async function processOf(client: pg.Client): Promise<number | undefined> {
  const { rows } = await client.query<{ process: number }>('select pg_backend_pid() as process');
  return rows[0]?.process;
}

type Waiting = {
  channel: string;
  payloads: string[];
  resolve: (isHeard: boolean) => void;
  reject: (error: unknown) => void;
};

/** What is to be sent while a statement runs goes with the next one: a NOTIFY costs a commit, however many it tells. */
function createSender(client: pg.Client, name: string) {
  const waiting: Waiting[] = [];
  let count = 0;
  let isSending = false;

  async function sendAll() {
    isSending = true;
    while (waiting.length > 0) {
      const batch = waiting.splice(0, MAX_BATCH);
      try {
        const rows = batch.flatMap(({ channel, payloads }) => payloads.map(payload => ({ channel, payload })));
        const values = [rows.map(row => row.channel), rows.map(row => row.payload)];
        const answer = await client.query<{ channel: string; free: boolean }>({ name: 'send', text: SEND, values });
        const free = new Set(answer.rows.filter(row => row.free).map(row => row.channel));
        for (const { channel, resolve } of batch) resolve(!free.has(channel));
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    isSending = false;
  }

  return (to: string, text: string): Promise<boolean> =>
    new Promise((resolve, reject) => {
      // PostgreSQL's text does not hold it, and JSON escapes it.
      if (text.includes('\0')) return resolve(false);
      waiting.push({ channel: channelOf(to), payloads: partsOf(text, `${name}.${++count}`), resolve, reject });
      if (!isSending) void sendAll();
    });
}

function channelOf(name: string): string {
  return `wo_${name}`;
}

function sessionOf(name: string): string {
  return `websocket-order backplane ${name}`;
}

const SETTINGS = [
  // How soon the server notices that this process's machine has vanished, seconds.
  'set tcp_keepalives_idle = 20',
  'set tcp_keepalives_interval = 5',
  'set tcp_keepalives_count = 3',
];

const END_OTHERS = `
  select pg_terminate_backend(pid) from pg_stat_activity
  where application_name = $1 and pid <> pg_backend_pid() and datname = current_database()`;

const HOLD = 'select pg_advisory_lock(hashtextextended($1, 0))';

// The lock is free when nobody listens. Shared, so that senders do not take each other for a listener; it ends with the
// statement. A NOTIFY is a commit: that this one reaches the disk is of no use to anybody.
const SEND = `
  select channel, pg_try_advisory_xact_lock_shared(hashtextextended(channel, 0)) as free, pg_notify(channel, payload),
    set_config('synchronous_commit', 'off', true)
  from unnest($1::text[], $2::text[]) as messages(channel, payload)`;
