import { createHash, randomUUID } from 'node:crypto';
import type { Order, WireError } from '../../../functions/domain/frames.ts';
import type { OrderLine, OrderRequest } from '../../../functions/domain/place-order.ts';
import { postAttempt, startPlacing } from '../../../web/connection/place.ts';
import type { Placed, Placing } from '../../../web/connection/placing.ts';
import { startTimer } from '../../../web/connection/timer.ts';
import type { OrderRecord } from './history.ts';

/** What a customer orders. `key` is made up unless given; the note is the key, see `OrderRecord`. */
export interface Wish {
  shop: string;
  items?: OrderLine[];
  fulfilment?: OrderRequest['fulfilment'];
  wantedAt?: string | undefined;
  expectedTotalCents?: number;
  key?: string;
}

/** The definite answer a customer got in the end. */
export type Placement =
  | { type: 'placed'; status: number; order: Order; token: string }
  | { type: 'refused'; status: number; error: WireError };

/** Passes a request on, or answers by itself, with or without having passed it on. */
export type Front = (send: () => Promise<Response>) => Promise<Response>;

/** Where customers are and who writes down what happens to them. */
export interface CustomerOptions {
  /** Of `bill`. */
  url: string;
  records: OrderRecord[];
  /** Somebody who answers some requests in our place: before they get through, or after. */
  front?: Front | undefined;
  /** Decides how long a customer waits before the next try. */
  random?: () => number;
  /** Aborted: the customer gives up, and is not heard of again. */
  ending: AbortSignal;
}

/** The body of an order, with the key as its note. */
export function orderBody({ shop, items = [{ dish: 'rice', quantity: 2 }], key = '', ...more }: Wish): OrderRequest {
  const customer = { name: '小明', phone: '+86 138' };
  const isFetched = more.fulfilment?.type === 'pickup';
  return { shop, items, customer: isFetched ? customer : { ...customer, address: '人民路 1 号' }, note: key, ...more };
}

/** Places one order with the page's own logic: the same key and body again and again until the answer is definite. */
export function placeOrder(
  wish: Wish,
  { url, records, ending, front = send => send(), random = Math.random }: CustomerOptions,
): Promise<Placement> {
  const key = wish.key ?? randomUUID();
  let status = 0;
  const request = orderBody({ ...wish, key });
  records.push({ type: 'invoke', at: Date.now(), key, shop: wish.shop, request });

  async function fetching(input: string | URL | Request, init?: RequestInit): Promise<Response> {
    status = 0;
    const response = await front(() => fetch(input, init));
    status = response.status;
    return response;
  }

  return new Promise(resolve => {
    if (ending.aborted) return;
    let isDone = false;
    const placer = startPlacing({
      now: Date.now,
      random,
      startTimer,
      onWake: () => () => {},
      store: { save() {}, all: () => [], remove() {} },
      onPlaced: noteOk,
      async post(attempt) {
        const outcome = await postAttempt(url, attempt, fetching).catch(() => undefined);
        if (outcome?.type === 'placed' || outcome?.type === 'refused') return outcome;
        records.push({ type: 'unknown', at: Date.now(), key, ...(status === 0 ? {} : { status }) });
        return outcome ?? { type: 'unknown', retryAfterMs: undefined };
      },
      onState(placing) {
        const placement = placementOf(placing);
        if (placement === undefined || isDone) return;
        isDone = true;
        if (placement.type === 'refused')
          records.push({ type: 'fail', at: Date.now(), key, status, code: placement.error.code });
        resolve(placement);
        queueMicrotask(end);
      },
    });
    const end = () => {
      placer.end();
      ending.removeEventListener('abort', end);
    };
    ending.addEventListener('abort', end);
    placer.submit(wish.shop, key, request);
  });

  function noteOk({ order }: Placed): void {
    records.push({ type: 'ok', at: Date.now(), key, status, ...answerOf(order) });
  }

  function placementOf(placing: Placing): Placement | undefined {
    if (placing.phase === 'placed') return { type: 'placed', status, ...placing.placed };
    return placing.phase === 'refused' ? { type: 'refused', status, error: placing.error } : undefined;
  }
}

/** One try, as it was answered. Without an answer the status is 0. */
export interface Try {
  status: number;
  replayed: boolean;
  /** Seconds. */
  retryAfter: number | undefined;
  text: string;
  ms: number;
}

/** One try without another: what a customer sees who asks once. */
export async function tryOrder(wish: Wish, { url, records }: Omit<CustomerOptions, 'ending'>): Promise<Try> {
  const key = wish.key ?? randomUUID();
  const from = Date.now();
  records.push({ type: 'invoke', at: from, key, shop: wish.shop });
  const headers = { 'content-type': 'application/json', 'idempotency-key': key };
  const body = JSON.stringify(orderBody({ ...wish, key }));
  const response = await fetch(url, { method: 'POST', headers, body }).catch(() => undefined);
  const text = (await response?.text().catch(() => undefined)) ?? '';
  const status = text === '' ? 0 : (response?.status ?? 0);
  noteAnswer(records, key, status, text);
  const retryAfter = response?.headers.get('retry-after') ?? undefined;
  return {
    status,
    replayed: response?.headers.get('idempotency-replayed') === 'true',
    retryAfter: retryAfter === undefined ? undefined : Number(retryAfter),
    text,
    ms: Date.now() - from,
  };
}

/** Writes down an answer to a try that was made by hand. */
export function noteAnswer(records: OrderRecord[], key: string, status: number, text: string): void {
  const at = Date.now();
  if (status === 200 || status === 201)
    records.push({ type: 'ok', at, key, status, ...answerOf(JSON.parse(text).order) });
  else if (status >= 400 && status < 500 && status !== 429)
    records.push({ type: 'fail', at, key, status, code: JSON.parse(text).error.code });
  else records.push({ type: 'unknown', at, key, status });
}

/** What the history keeps of an answer. */
function answerOf(order: Order): { order: string; total: number; body: string } {
  const body = createHash('sha256').update(JSON.stringify(order)).digest('hex');
  return { order: order.id, total: order.totalCents, body };
}
