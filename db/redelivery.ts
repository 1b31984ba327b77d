import type { Escalation, Redelivery, Stale, VisitorNews } from '../functions/domain/redelivery.ts';
import { LEASE_SECONDS } from '../functions/domain/server-frame.ts';
import type { Database } from './database.ts';
import { type EventRow, eventOf } from './event-row.ts';
import { postgresShops } from './shops.ts';

/** What the timer works off, on PostgreSQL. */
export function postgresRedelivery(database: Database): Redelivery {
  const shops = postgresShops(database);
  return {
    async settleClock() {
      const [row] = await database.query<{ seconds: number | null }>(SETTLE_CLOCK);
      return row?.seconds ?? undefined;
    },

    async claimOverdue(limit) {
      const rows = await database.query<OverdueRow>('select * from claim_overdue($1)', [limit]);
      return rows.map(({ connection, shop, epoch, head, acked_seq }) => ({
        connectionId: connection,
        shop,
        epoch,
        head: Number(head),
        ackedSeq: acked_seq === null ? undefined : Number(acked_seq),
      }));
    },

    async settleOverdue(connectionIds) {
      await database.query('select settle_overdue(id) from unnest($1::text[]) as c (id) order by id', [connectionIds]);
    },

    async releaseOverdue(connectionId) {
      await database.query(RELEASE_OVERDUE, [connectionId]);
    },

    async closeStale(limit) {
      const rows = await database.query<{ connection: string; why: Stale['why'] }>('select * from close_stale($1)', [
        limit,
      ]);
      return rows.map(({ connection, why }) => ({ connectionId: connection, why }));
    },

    async reopenShops(limit) {
      const rows = await database.query<{ shop: string }>('select shop from reopen_shops($1)', [limit]);
      return rows.map(({ shop }) => shop);
    },

    async expireOrder(after) {
      const [row] = await database.query<EventRow & { shop: string }>(
        'select shop, epoch, seq, event_id, order_id, type, at, body::text as body from expire_order($1)',
        [after ?? null],
      );
      return row === undefined ? undefined : eventOf(row.shop, row);
    },

    escalate() {
      return database.query(
        `select order_id as "orderId", shop, has_webhook as "hasWebhook" from escalate(interval '${ESCALATE_AFTER}')`,
      );
    },

    claimEscalations(limit) {
      return database.query<Escalation>(CLAIM_ESCALATIONS, [limit]);
    },

    async settleEscalation(orderId, error) {
      const [row] = await database.query<{ dead: boolean }>(SETTLE_ESCALATION, [orderId, error ?? null]);
      return { isDead: row?.dead === true };
    },

    async claimVisitorNews(limit) {
      const claimed = await database.query<{ shop: string; visitors: string[] }>(
        'select shop, visitors from claim_visitor_news($1)',
        [limit],
      );
      const news: VisitorNews[] = [];
      for (const { shop, visitors } of claimed) {
        // Read after the claim has been committed: at least as new as what is now noted as told.
        const text = await shops.forVisitors(shop);
        if (text !== undefined) news.push({ visitors, text });
      }
      return news;
    },

    async cutLogs() {
      await database.query('select forget_refusals($1)', [PIECE]);
      const [chore] = await database.query<{ mine: boolean }>(
        "select take_chore('clean up', interval '1 hour') as mine",
      );
      if (chore?.mine !== true) return 0;
      // In pieces, each of which fits the time of a statement; what this run has no time for, the next one does.
      const end = performance.now() + CLEANING_MS;
      const isTimeUp = () => performance.now() > end;
      const some = async (text: string, values: unknown[]) => {
        const [row] = await database.query<{ count: string }>(text, values);
        return Number(row?.count);
      };
      while (!isTimeUp() && (await some(FORGET_SOME, [PIECE])) === PIECE);
      let total = 0;
      for (const { shop } of await database.query<{ shop: string }>('select shop from streams order by shop')) {
        let cut = 1;
        while (cut > 0 && !isTimeUp()) {
          cut = await some(CUT_LOG, [shop]);
          total += cut;
        }
        while (!isTimeUp() && (await some('select erase_old($1, $2) as count', [shop, ERASED_AT_ONCE])) > 0);
      }
      if (isTimeUp()) await database.query("update chores set done_at = '-infinity' where name = 'clean up'");
      return total;
    },

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

interface OverdueRow {
  connection: string;
  shop: string;
  epoch: string;
  head: string;
  acked_seq: string | null;
}

/** How long an order may reach no device before its shop is told by another way. */
const ESCALATE_AFTER = '70 seconds';
/** How long events are kept. */
const KEEP_EVENTS = '30 days';

/** Rows that one statement forgets at most, of each kind. */
const PIECE = 2_000;
/** Orders whose customers one statement erases, at most. */
const ERASED_AT_ONCE = 200;
/** How long one run cleans up. */
const CLEANING_MS = 4_000;

const FORGET_SOME = `select forget_some(interval '${KEEP_EVENTS}', $1) as count`;

const CUT_LOG = `select cut_log($1, interval '${KEEP_EVENTS}') as count`;

const SETTLE_CLOCK = `
  select extract(epoch from settle_clock(interval '${LEASE_SECONDS} seconds'))::float8 as seconds`;

// Not null: what could not be reached stands behind what was not tried yet. An acknowledgement has made it null.
const RELEASE_OVERDUE = `
  update connections set push_after = now(), push_tries = greatest(push_tries - 1, 0)
  where id = $1 and push_after is not null`;

const CLAIM_ESCALATIONS = `
  select order_id as "orderId", id, shop, tries, url, secret, body::text as "order", since from claim_escalations($1)`;

// Eight tries over about half an hour.
const SETTLE_ESCALATION = `
  update escalations set
    delivered_at = case when $2::text is null then now() end,
    dead_at = case when $2::text is not null and tries >= 8 then now() end,
    last_error = $2,
    next_at = now() + call_pause(tries)
  where order_id = $1
  returning dead_at is not null as dead`;
