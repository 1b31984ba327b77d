import type { CommandOutcome, Commands, RunCommand } from '../functions/domain/ports.ts';
import type { Database } from './database.ts';
import { type EventRow, eventOf } from './event-row.ts';

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
  select outcome::text as outcome, shop_changed, epoch, seq, event_id, order_id, type, at, body::text as body
  from run_command($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`;

const AUTO_ACCEPT = `
  select epoch, seq, event_id, order_id, type, at, body::text as body
  from auto_accept($1, $2, $3, interval '60 seconds')`;

function runValues({ scope, id, contentHash, shop, byCustomer, operation, connectionId }: RunCommand): unknown[] {
  const order = 'order' in operation ? uuidOrNull(operation.order) : null;
  const version = 'version' in operation ? operation.version : null;
  const prepMinutes = 'prepMinutes' in operation ? operation.prepMinutes : null;
  const dish = operation.op === 'set_dish' ? operation.dish : null;
  return [
    scope,
    id,
    contentHash,
    shop,
    byCustomer,
    operation.op,
    order,
    version,
    reasonOf(),
    prepMinutes,
    flagOf(),
    dish,
    connectionId ?? null,
  ];

  function reasonOf() {
    if (operation.op === 'cancel' && byCustomer) return 'customer_request';
    return operation.op === 'reject' || operation.op === 'cancel' ? (operation.reason ?? 'other') : null;
  }
  function flagOf() {
    if (operation.op === 'set_open') return operation.open;
    if (operation.op === 'set_dish') return operation.available;
    return operation.op === 'set_auto_accept' ? operation.autoAccept : null;
  }
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
