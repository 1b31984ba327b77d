import type { EventType } from '../functions/domain/frames.ts';
import type { StoredEvent } from '../functions/domain/ports.ts';

/** An event as the SQL functions and `events` give it; a bigint comes as text. */
export interface EventRow {
  epoch: string;
  seq: string;
  event_id: string;
  order_id: string;
  type: EventType;
  at: string;
  body: string;
}

/** The event of a row. */
export function eventOf(shop: string, row: EventRow): StoredEvent {
  return {
    shop,
    epoch: row.epoch,
    seq: Number(row.seq),
    id: row.event_id,
    type: row.type,
    at: row.at,
    orderId: row.order_id,
    order: row.body,
  };
}
