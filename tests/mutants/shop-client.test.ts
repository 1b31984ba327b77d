import type { ServerFrame } from '../../functions/domain/frames.ts';
import { newShopStream, type ShopInput, type ShopStream } from '../../web/connection/shop/state.ts';
import { reduceShopStream } from '../../web/connection/shop/stream.ts';
import { modelOrder } from '../support/model-shop.ts';

const snapshot = { type: 'snapshot', epoch: 'e' } as const;

/** A screen that has been welcomed at that head and waits for its snapshot. */
function welcomed(head: number) {
  let state: ShopStream = newShopStream({ shop: 'shop1', token: 'key', device: 'device' });
  const put = (input: ShopInput) => {
    state = reduceShopStream(state, input, { now: 1_000, random: 0.5 }).state;
  };
  const shop = {
    id: 'shop1',
    name: 'S',
    currency: 'CNY',
    open: true,
    pausedUntil: null,
    online: true,
    timeZone: 'Asia/Shanghai',
    prepMinutes: 15,
    busyMinutes: 0,
    version: 1,
  };
  const welcome = { type: 'welcome', role: 'shop', epoch: 'e', head, resumed: false, pingSeconds: 240 } as const;
  put({ type: 'connect' });
  put({ type: 'opened' });
  put({ type: 'frame', frame: { ...welcome, shop: { ...shop, autoAccept: false, acceptMinutes: 5, dishes: [] } } });
  return {
    put,
    get: (frame: ServerFrame) => put({ type: 'frame', frame }),
    state: () => state,
  };
}

test('a result that is repeated does not bring back an order that has ended and is held no more', () => {
  const { put, get, state } = welcomed(1);
  get({ ...snapshot, head: 1, index: 0, more: false, orders: [modelOrder('order-1')], lastId: 'id-1' });
  put({ type: 'command', id: 'c', operation: { op: 'ready', order: 'order-1', version: 1 } });
  // The result is lost; another tablet completes the order; a snapshot takes the place of what is held.
  get({ ...snapshot, head: 3, index: 0, more: false, orders: [], lastId: 'id-3' });
  expect(state().orders.size).toBe(0);
  get({ type: 'result', id: 'c', ok: true, order: { ...modelOrder('order-1'), version: 2, status: 'ready' } });
  expect(state().outbox).toEqual([]);
  expect(state().orders.size).toBe(0);
});

test('F43: frames of two snapshots do not make one', () => {
  const { get, state } = welcomed(1);
  get({ ...snapshot, head: 1, index: 0, more: true, orders: [modelOrder('order-1')], lastId: 'id-1' });
  get({ ...snapshot, head: 3, index: 1, more: false, orders: [modelOrder('order-3')], lastId: 'id-3' });
  expect(state().cursor).toBeUndefined();
  get({ ...snapshot, head: 3, index: 0, more: true, orders: [modelOrder('order-2')], lastId: 'id-3' });
  expect([...state().orders.keys()]).toEqual(['order-2', 'order-3']);
  expect(state().cursor?.after).toBe(3);
});
