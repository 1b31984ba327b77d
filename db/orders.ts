import { MAX_ORDER_BYTES } from '../functions/domain/place-order.ts';
import type { Orders, Placement, PlaceOrder } from '../functions/domain/ports.ts';
import type { Database } from './database.ts';
import { afterEarlierCommits, DURABLY } from './durable.ts';
import { type EventRow, eventOf } from './event-row.ts';
import { inShop } from './shop-wall.ts';
import { SCREENS } from './subscriptions.ts';

/** Orders a minute, per caller's address, per phone number and per shop. */
export interface RateLimits {
  perAddress: number;
  perPhone: number;
  perShop: number;
}

/** Orders on PostgreSQL. Without limits, everybody may order without end: for load tests only. */
export function postgresOrders(database: Database, limits: RateLimits | undefined): Orders {
  return {
    async place(order) {
      const { shop } = order.request;
      const { rows, next } = await database.queryWithNext<PlacementRow, { id: string }>(
        {
          text: statementFor(order, limits !== undefined),
          values: [...placeValues(order), ...limitValues(limits), ...termValues(order)],
        },
        { text: SCREENS, values: [shop] },
      );
      const [row] = rows;
      if (row === undefined) throw new Error('place_order answered no row');
      return { ...placementOf(shop, row), screens: next?.map(({ id }) => id) };
    },

    async countRefused(address) {
      if (limits === undefined) return;
      await database.query('select take_rate($1, $2)', [`address:${address}`, limits.perAddress]);
    },
  };
}

interface PlacementRow extends Omit<EventRow, 'type'> {
  replayed: boolean;
}

/** The settings are made before the function runs, because they are one of its arguments, and end with the transaction. */
function placeWith(...settings: string[]): string {
  return `
  select replayed, order_id, epoch, seq, event_id, at, body::text as body, ${DURABLY}, ${afterEarlierCommits('replayed')}
  from place_order(${inShop('$1::uuid', '$3', ...settings)}, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15,
    $16, $17, $18, $19)`;
}

const PROVEN = "set_config('websocket_order.proven', 'yes', true) as proven";
/** Places for later are shared out by who orders; other orders need not be told. */
const CALLER = [
  "set_config('websocket_order.address', coalesce($12, ''), true) as address",
  "set_config('websocket_order.phone', $8, true) as phone",
];

const PLACE = placeWith();
const PLACE_PROVEN = placeWith(PROVEN);
const PLACE_FOR_LATER = placeWith(...CALLER);
const PLACE_PROVEN_FOR_LATER = placeWith(PROVEN, ...CALLER);

function statementFor({ isProven, request }: PlaceOrder, isLimited: boolean): string {
  if (!isLimited || request.wantedAt === undefined) return isProven ? PLACE_PROVEN : PLACE;
  return isProven ? PLACE_PROVEN_FOR_LATER : PLACE_FOR_LATER;
}

function placeValues({ request, key, bodyHash, address }: PlaceOrder): unknown[] {
  const { shop, items, customer } = request;
  return [
    key,
    bodyHash,
    shop,
    items.map(item => item.dish),
    items.map(item => item.quantity),
    items.map(item => item.note ?? null),
    customer.name,
    customer.phone,
    customer.address ?? '',
    request.note ?? null,
    request.expectedTotalCents ?? null,
    address ?? null,
  ];
}

/** What most orders do not have is null, and costs nothing. */
function termValues({ request: { items, fulfilment, wantedAt } }: PlaceOrder): unknown[] {
  const hasChoices = items.some(({ choices = [] }) => choices.length > 0);
  const choices = hasChoices ? JSON.stringify(items.map(item => item.choices ?? [])) : null;
  return [choices, fulfilment ?? null, wantedAt ?? null];
}

function limitValues(limits: RateLimits | undefined): unknown[] {
  return [limits?.perAddress ?? null, limits?.perPhone ?? null, limits?.perShop ?? null, MAX_ORDER_BYTES];
}

function placementOf(shop: string, row: PlacementRow): Omit<Placement, 'screens'> {
  return {
    orderId: row.order_id,
    order: row.body,
    event: row.replayed ? undefined : eventOf(shop, { ...row, type: 'order.placed' }),
  };
}
