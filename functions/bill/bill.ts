import type { SecurityEventLog } from '../../apigateway/security-events.ts';
import { MAX_ORDER_REQUEST_BYTES } from '../domain/frames.ts';
import type { HttpAnswer, HttpHandler, HttpRequest } from '../domain/handlers.ts';
import { decodeUtf8, parseJson } from '../domain/json.ts';
import { isJson } from '../domain/media-type.ts';
import type { OrderProofs } from '../domain/order-proof.ts';
import { canonicalOrder, parseOrderRequest } from '../domain/place-order.ts';
import type { Orders, Placement, PlaceOrder, StoredEvent } from '../domain/ports.ts';
import { type ErrorCode, Refusal } from '../domain/refusal.ts';
import { hashOf } from '../domain/secret.ts';

/** What placing an order needs. */
export interface BillDependencies {
  orders: Orders;
  /** Tells the screens. Its failure is its own business: it never throws and keeps to a time budget. */
  announce(event: StoredEvent, screens: string[] | undefined): Promise<void>;
  /** The token that lets its holder follow an order. */
  tokenOf(shop: string, orderId: string): string;
  /** What may be stored of a network address; `undefined` when it is none. */
  subjectOf(address: string | undefined): string | undefined;
  securityEvents: SecurityEventLog;
  proofs: OrderProofs;
  /** Tells the shop's screens, once in a while, that strangers are asked for a proof. It never throws. */
  warnOfFlood(shop: string): Promise<void>;
}

/**
 * `POST /bill`: places an order, commits, and only then pushes. PROTOCOL.md says what goes in and out.
 * The checks run in this order: shape, then the idempotency key, then everything else.
 */
export function bill(dependencies: BillDependencies): HttpHandler {
  const { announce, tokenOf } = dependencies;
  return async request => {
    const order = readOrder(request, dependencies);
    const placement = await place(dependencies, order);
    if (placement.event !== undefined) await announce(placement.event, placement.screens);
    return answer(placement, tokenOf(order.request.shop, placement.orderId));
  };
}

function readOrder(request: HttpRequest, { subjectOf, proofs }: BillDependencies): PlaceOrder {
  const { method, headers, body, remoteAddress } = request;
  if (method !== 'POST') throw new Refusal('method_not_allowed', 'orders are placed with POST', { allow: 'POST' });
  if (!isJson(headers['content-type'])) {
    throw new Refusal('unsupported_media_type', 'the content-type must be application/json');
  }
  if (!/^(identity)?$/i.test(headers['content-encoding'] ?? '')) {
    throw new Refusal('unsupported_media_type', 'the body must not be compressed');
  }
  if (body.length > MAX_ORDER_REQUEST_BYTES) {
    throw new Refusal('too_large', `the body holds at most ${MAX_ORDER_REQUEST_BYTES} bytes`);
  }
  const text = decodeUtf8(body);
  if (text === undefined) throw new Refusal('invalid_json', 'the body is not UTF-8');
  const parsed = parseOrderRequest(parseJson(text));
  const key = readKey(headers['idempotency-key']);
  const proof = headers['order-proof'];
  return {
    request: parsed,
    key,
    isProven: proof !== undefined && proofs.isDone({ shop: parsed.shop, key }, proof),
    bodyHash: hashOf(canonicalOrder(parsed)),
    address: subjectOf(remoteAddress),
  };
}

function readKey(key: string | undefined): string {
  if (key !== undefined && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(key)) return key;
  throw new Refusal('idempotency_key_required', 'the header Idempotency-Key must hold a UUID');
}

async function place(dependencies: BillDependencies, order: PlaceOrder): Promise<Placement> {
  const { orders, securityEvents } = dependencies;
  try {
    return await orders.place(order);
  } catch (error) {
    if (error instanceof Refusal && error.code === 'proof_required')
      throw await askForProof(dependencies, order, error);
    if (error instanceof Refusal && error.code === 'rate_limited') securityEvents.tell('too_many_orders');
    const wasRefused = error instanceof Refusal && countedRefusals.has(error.code);
    if (wasRefused && order.address !== undefined) await orders.countRefused(order.address);
    throw error;
  }
}

/** The refusal with the task that is set for this order. */
async function askForProof(
  { proofs, securityEvents, warnOfFlood }: BillDependencies,
  { request: { shop }, key }: PlaceOrder,
  { code, message }: Refusal,
): Promise<Refusal> {
  securityEvents.tell('proof_asked');
  await warnOfFlood(shop);
  return new Refusal(code, message, { proof: proofs.task({ shop, key }), retryAfterSeconds: 5 });
}

/** What asks the menu something: who asks without end is told nothing more. */
const countedRefusals: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'shop_not_found',
  'shop_closed',
  'dish_unavailable',
  'invalid_request',
  'price_changed',
  'below_minimum',
  'area_not_served',
  'fulfilment_unavailable',
  'slot_full',
  'too_large',
]);

function answer({ order, event }: Placement, token: string): HttpAnswer {
  const replayed: Record<string, string> = event === undefined ? { 'idempotency-replayed': 'true' } : {};
  return {
    status: event === undefined ? 200 : 201,
    headers: { 'content-type': 'application/json', ...replayed },
    body: `{"order":${order},"token":"${token}"}`,
  };
}
