import { inLanes } from '../functions/domain/lanes.ts';
import type { StoredEvent } from '../functions/domain/ports.ts';
import type { Escalation, Overdue, Redelivery, Stale } from '../functions/domain/redelivery.ts';
import { LEASE_SECONDS } from '../functions/domain/server-frame.ts';
import { cleanUp } from './cleaning.ts';
import type { Database } from './database.ts';
import { type EventRow, eventOf } from './event-row.ts';
import { inShop } from './shop-wall.ts';
import { postgresShops } from './shops.ts';
import { SHOPS_AT_ONCE, takeTurns } from './turns.ts';

/**
 * What the timer works off, on PostgreSQL. Each claim first reads which shops have something due, then serves them in
 * turns, one statement for each.
 * @param onFailure gets what was thrown for a shop that is left out, while the others are served; without it a failure
 *   is thrown
 * @param ownInstance gives the name of the gateway instance in this process, if there is one: its screens come first
 */
export function postgresRedelivery(
  database: Database,
  onFailure: (error: unknown, shop: string) => void = error => {
    throw error;
  },
  ownInstance: () => string | undefined = () => undefined,
): Redelivery {
  const shops = postgresShops(database);

  async function inTurns<Row, Item = Row>(turns: Turns<Row, Item>, limit: number): Promise<Item[]> {
    const more = turns.parameters ?? [];
    const due = await database.query<{ shop: string }>(turns.due, [limit, ...more]);
    const claim = async (shop: string, share: number) => {
      const rows = await database.query<Row>(turns.claim, turns.isOne === true ? [shop] : [shop, share, ...more]);
      return Promise.all(rows.map(row => turns.itemOf(row, shop)));
    };
    return takeTurns(
      due.map(({ shop }) => shop),
      limit,
      claim,
      onFailure,
    );
  }

  return {
    async settleClock() {
      const [row] = await database.query<{ seconds: number | null }>(SETTLE_CLOCK);
      return row?.seconds ?? undefined;
    },

    claimOverdue: limit => inTurns({ ...OVERDUE, parameters: [ownInstance() ?? null] }, limit),

    async settleOverdue(screens) {
      const pushedTo = new Set(screens.map(({ shop }) => shop));
      await inLanes([...pushedTo], SHOPS_AT_ONCE, async shop => {
        const ids = screens.filter(screen => screen.shop === shop).map(({ connectionId }) => connectionId);
        await database.query(SETTLE_OVERDUE, [shop, ids]).catch((error: unknown) => onFailure(error, shop));
      });
    },

    async releaseOverdue(connectionId) {
      await database.query(RELEASE_OVERDUE, [connectionId]);
    },

    closeStale: limit => inTurns(STALE, limit),

    reopenShops: limit => inTurns(REOPENED, limit),

    expireOrders: limit => inTurns(EXPIRED, limit),

    escalate: limit => inTurns(ESCALATED, limit),

    claimEscalations: limit => inTurns(CALLS, limit),

    async settleEscalation({ shop, orderId }, error) {
      const [row] = await database.query<{ dead: boolean }>(SETTLE_ESCALATION, [shop, orderId, error ?? null]);
      return { isDead: row?.dead === true };
    },

    async claimVisitorNews(limit) {
      const told = async ({ visitors }: { visitors: string[] }, shop: string) => ({
        visitors,
        // Read after the claim has been committed: at least as new as what is now noted as told.
        text: await shops.forVisitors(shop),
      });
      const news = await inTurns({ ...NEWS, itemOf: told }, limit);
      return news.flatMap(({ visitors, text }) => (text === undefined ? [] : [{ visitors, text }]));
    },

    cutLogs: () => cleanUp(database),

    async audit() {
      const [row] = await database.query<Record<string, string>>('select * from audit()');
      return {
        gaps: Number(row?.gaps),
        headMismatches: Number(row?.head_mismatches),
        ordersWithoutEvent: Number(row?.orders_without_event),
        stuckOrders: Number(row?.stuck_orders),
      };
    },
  };
}

/** One kind of work that shops take turns with. */
interface Turns<Row, Item> {
  /** Which shops have something due: `$1` at most. */
  due: string;
  /** Claims some of that for shop `$1`: `$2` at most. */
  claim: string;
  /** That there is at most one at a shop, and no `$2`. */
  isOne?: boolean;
  /** What both statements get besides, behind the others. */
  parameters?: readonly (string | null)[];
  itemOf(row: Row, shop: string): Item | Promise<Item>;
}

interface OverdueRow {
  connection: string;
  epoch: string;
  head: string;
  acked_seq: string | null;
}

const OVERDUE: Turns<OverdueRow, Overdue> = {
  due: 'select shop from shops_to_push($1, $2)',
  // What a crash forgets of a claim is claimed again: its commit need not wait for the disk.
  claim: `
    select connection, epoch, head, acked_seq
    from claim_overdue($1, ${inShop('$2::integer', '$1')}, $3), set_config('synchronous_commit', 'off', true)`,
  itemOf: ({ connection, epoch, head, acked_seq }, shop) => ({
    connectionId: connection,
    shop,
    epoch,
    head: Number(head),
    ackedSeq: acked_seq === null ? undefined : Number(acked_seq),
  }),
};

// What a crash forgets of this leaves a claim, which ends by itself: its commit need not wait for the disk either.
const SETTLE_OVERDUE = "select settle_overdue($1, $2), set_config('synchronous_commit', 'off', true)";

// Those that belong to no shop take their turn as one more, whose name is empty.
const STALE: Turns<{ connection: string; why: Stale['why'] }, Stale> = {
  due: 'select shop from shops_with_stale($1)',
  claim: `
    select * from close_stale($1, $2) where $1 <> '' union all select * from close_unnamed($2) where $1 = ''`,
  itemOf: ({ connection, why }) => ({ connectionId: connection, why }),
};

const REOPENED: Turns<unknown, string> = {
  due: 'select shop from shops_to_reopen($1)',
  claim: 'select from reopen_shop($1) as r (is_changed) where is_changed',
  isOne: true,
  itemOf: (_, shop) => shop,
};

const EXPIRED: Turns<EventRow, StoredEvent> = {
  due: 'select shop from shops_to_expire($1)',
  claim: `
      select epoch, seq, event_id, order_id, type, at, body::text as body
      from expire_orders($1, ${inShop('$2::integer', '$1')})`,
  itemOf: (row, shop) => eventOf(shop, row),
};

/** How long an order may reach no device before its shop is told by another way. */
const ESCALATE_AFTER = "interval '70 seconds'";

const ESCALATED: Turns<
  { orderId: string; hasWebhook: boolean },
  { orderId: string; shop: string; hasWebhook: boolean }
> = {
  due: `select shop from shops_to_escalate(${ESCALATE_AFTER}, $1)`,
  claim: `
      select order_id as "orderId", has_webhook as "hasWebhook" 
      from escalate($1, ${ESCALATE_AFTER}, ${inShop('$2::integer', '$1')})`,
  itemOf: (row, shop) => ({ ...row, shop }),
};

const CALLS: Turns<Escalation, Escalation> = {
  due: 'select shop from shops_to_call($1)',
  claim: `
    select order_id as "orderId", id, shop, tries, url, secret, body::text as "order", since
    from claim_escalations($1, ${inShop('$2::integer', '$1')})`,
  itemOf: row => row,
};

const NEWS = {
  due: 'select shop from shops_with_news($1)',
  claim: 'select visitors from claim_news($1)',
  isOne: true,
};

const SETTLE_CLOCK = `
  select extract(epoch from settle_clock(interval '${LEASE_SECONDS} seconds'))::float8 as seconds`;

// Not null: what could not be reached stands behind what was not tried yet. An acknowledgement has made it null.
const RELEASE_OVERDUE = `
  update connections set push_after = now(), push_tries = greatest(push_tries - 1, 0)
  where id = $1 and push_after is not null`;

const SETTLE_ESCALATION = `select settle_escalation($1, ${inShop('$2::uuid', '$1')}, $3) as dead`;
