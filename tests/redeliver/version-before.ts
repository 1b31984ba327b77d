import type { Database } from '../../db/database.ts';
import { type EventRow, eventOf } from '../../db/event-row.ts';
import { postgresRedelivery } from '../../db/redelivery.ts';
import { postgresShops } from '../../db/shops.ts';
import type { StoredEvent } from '../../functions/domain/ports.ts';
import type { Redelivery, VisitorNews } from '../../functions/domain/redelivery.ts';

/**
 * The timer of the version before 034-shop-by-shop.sql, which still runs while a new version is deployed: its statements,
 * word by word, for what is claimed; the rest has stayed the same.
 */
export function redeliveryOfTheVersionBefore(database: Database): Redelivery {
  const shops = postgresShops(database);
  return {
    ...postgresRedelivery(database),

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

    async settleOverdue(screens) {
      const ids = screens.map(({ connectionId }) => connectionId);
      await database.query('select settle_overdue(id) from unnest($1::text[]) as c (id) order by id', [ids]);
    },

    async closeStale(limit) {
      const rows = await database.query<{ connection: string; why: 'unbound' }>('select * from close_stale($1)', [
        limit,
      ]);
      return rows.map(({ connection, why }) => ({ connectionId: connection, why }));
    },

    async reopenShops(limit) {
      const rows = await database.query<{ shop: string }>('select shop from reopen_shops($1)', [limit]);
      return rows.map(({ shop }) => shop);
    },

    async expireOrders(limit) {
      const expired: StoredEvent[] = [];
      while (expired.length < limit) {
        const [row] = await database.query<EventRow & { shop: string }>(
          'select shop, epoch, seq, event_id, order_id, type, at, body::text as body from expire_order($1)',
          [expired.at(-1)?.shop ?? null],
        );
        if (row === undefined) break;
        expired.push(eventOf(row.shop, row));
      }
      return expired;
    },

    escalate() {
      return database.query(
        `select order_id as "orderId", shop, has_webhook as "hasWebhook" from escalate(interval '70 seconds')`,
      );
    },

    claimEscalations(limit) {
      return database.query(CLAIM_ESCALATIONS, [limit]);
    },

    async settleEscalation({ orderId }, error) {
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
        const text = await shops.forVisitors(shop);
        if (text !== undefined) news.push({ visitors, text });
      }
      return news;
    },

    async cutLogs() {
      await database.query('select forget_refusals($1)', [PIECE]);
      await database.query("select take_chore('clean up', interval '1 hour') as mine");
      await database.query("select forget_some(interval '30 days', $1) as count", [PIECE]);
      const [cut] = await database.query<{ count: string }>(
        "select sum(cut_log(s.shop, interval '30 days')) as count from (select shop from streams order by shop) s",
      );
      return Number(cut?.count);
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

const PIECE = 2_000;

const CLAIM_ESCALATIONS = `
  select order_id as "orderId", id, shop, tries, url, secret, body::text as "order", since from claim_escalations($1)`;

const SETTLE_ESCALATION = `
  update escalations set
    delivered_at = case when $2::text is null then now() end,
    dead_at = case when $2::text is not null and tries >= 8 then now() end,
    last_error = $2,
    next_at = now() + call_pause(tries)
  where order_id = $1
  returning dead_at is not null as dead`;
