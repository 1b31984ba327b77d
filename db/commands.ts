import type { CommandOutcome, Commands, RunCommand } from '../functions/domain/ports.ts';
import type { Database } from './database.ts';
import { afterEarlierCommits, DURABLY } from './durable.ts';
import { type EventRow, eventOf } from './event-row.ts';
import { inShop } from './shop-wall.ts';

/** Commands on PostgreSQL. */
export function postgresCommands(database: Database): Commands {
  return {
    async run(command) {
      const [row] = await database.query<OutcomeRow>(RUN, runValues(command));
      if (row === undefined) throw new Error('run_command answered no row');
      return outcomeOf(command.shop, row);
    },

    async autoAccept(shop, from, to) {
      const rows = await database.query<EventRow>(AUTO_ACCEPT, [shop, from, to]);
      return rows.map(row => eventOf(shop, row));
    },
  };
}

type OutcomeRow = { outcome: string; shop_changed: boolean } & (EventRow | { seq: null });

const RUN = `
  select outcome::text as outcome, shop_changed, epoch, seq, event_id, order_id, type, at, body::text as body,
    ${DURABLY}, ${afterEarlierCommits("seq is null and (outcome ->> 'ok')::boolean")}
  from run_command($1, $2, ${inShop('$3::bytea', '$4')}, $4, $5, $6, $7, $8)`;

const AUTO_ACCEPT = `
  select epoch, seq, event_id, order_id, type, at, body::text as body
  from auto_accept($1, ${inShop('$2::bigint', '$1')}, $3, interval '60 seconds')`;

function runValues({
  scope,
  id,
  contentHash,
  shop,
  byCustomer,
  operation,
  keyHash,
  connectionId,
}: RunCommand): unknown[] {
  const order = 'order' in operation ? uuidOrNull(operation.order) : null;
  const asked = keyHash === undefined ? operation : { ...operation, keyHash: Buffer.from(keyHash).toString('hex') };
  return [scope, id, contentHash, shop, byCustomer, asked, order, connectionId ?? null];
}

/** An id that is no UUID belongs to no order; as null it finds none. */
function uuidOrNull(id: string): string | null {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id) ? id : null;
}

function outcomeOf(shop: string, row: OutcomeRow): CommandOutcome {
  return {
    result: row.outcome,
    event: row.seq === null ? undefined : eventOf(shop, row),
    shopChanged: row.shop_changed,
  };
}
