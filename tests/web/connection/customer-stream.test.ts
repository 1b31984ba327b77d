import type { ClientFrame, Order, ServerFrame } from '../../../functions/domain/frames.ts';
import { type CustomerEffect, type CustomerInput, newCustomerStream } from '../../../web/connection/customer/state.ts';
import { customerStreamDueAt, reduceCustomerStream } from '../../../web/connection/customer/stream.ts';
import { modelOrder } from '../../support/model-shop.ts';

function customer() {
  let state = newCustomerStream();
  let now = 1_000;
  const put = (input: CustomerInput): CustomerEffect[] => {
    const outcome = reduceCustomerStream(state, input, { now, random: 0.5 });
    state = outcome.state;
    return outcome.effects;
  };
  const frames = (effects: CustomerEffect[]): ClientFrame[] =>
    effects.flatMap(effect => (effect.type === 'send' ? [effect.frame] : []));
  return {
    state: () => state,
    put,
    sent: (input: CustomerInput) => frames(put(input)),
    get: (frame: ServerFrame) => frames(put({ type: 'frame', frame })),
    wait(ms: number): ClientFrame[] {
      const end = now + ms;
      const all: ClientFrame[] = [];
      for (let due = customerStreamDueAt(state); due !== undefined && due <= end; due = customerStreamDueAt(state)) {
        now = Math.max(now, due);
        all.push(...frames(put({ type: 'tick' })));
      }
      now = end;
      return all;
    },
  };
}

const welcome = (order: Order): ServerFrame => ({
  type: 'welcome',
  role: 'customer',
  resumed: false,
  pingSeconds: 240,
  order,
});
/** Behind a gateway that shows that the link is alive; silence.test.ts is about what happens when it does not. */
const aliveForLong: ServerFrame = { type: 'alive', everySeconds: 86_400 };
const hello = (order: string) => ({ type: 'hello', role: 'customer', order, token: `token-${order}` });
const at = (id: string, version: number, status: Order['status'] = 'placed'): Order => ({
  ...modelOrder(id),
  version,
  status,
});
const refusal = (order?: string): ServerFrame => ({
  type: 'error',
  error: { code: 'unauthorized', message: '' },
  ...(order === undefined ? {} : { order }),
});

function following(...ids: string[]) {
  const client = customer();
  for (const order of ids) client.put({ type: 'follow', order, token: `token-${order}` });
  return client;
}

describe('a customer’s stream', () => {
  test('knows the read-only link of its orders, and which orders it has by such a link', () => {
    const client = following('a', 'b');
    client.sent({ type: 'opened' });
    client.get({ ...welcome(at('a', 1)), shareToken: 'shared-a' } as ServerFrame);
    client.get({ ...welcome(at('b', 1)), readOnly: true } as ServerFrame);
    expect([...client.state().shareTokens]).toEqual([['a', 'shared-a']]);
    expect([...client.state().readOnly]).toEqual(['b']);
  });

  test('says hello for one order after the other, each after the welcome of the one before', () => {
    const client = following('a', 'b');
    expect(client.sent({ type: 'opened' })).toEqual([hello('a')]);
    expect(client.get(welcome(at('a', 1)))).toEqual([hello('b')]);
    expect(client.get(welcome(at('b', 1)))).toEqual([]);
    expect([...client.state().joined]).toEqual(['a', 'b']);
  });

  test('follows at most 20 orders', () => {
    const client = following(...Array.from({ length: 25 }, (_, index) => `order-${index}`));
    expect(client.state().following).toHaveLength(20);
  });

  test('makes room for a new order by letting go of one that cannot change any more', () => {
    const client = following(...Array.from({ length: 20 }, (_, index) => `order-${index}`));
    client.put({ type: 'opened' });
    client.get(welcome(at('order-0', 4, 'completed')));
    client.put({ type: 'follow', order: 'new', token: 'token-new' });
    expect(client.state().following.map(({ order }) => order)).toContain('new');
    expect(client.state().following).toHaveLength(20);
  });

  test('holds the higher version, in whatever order they come', () => {
    const client = following('a');
    client.put({ type: 'opened' });
    client.get(welcome(at('a', 2, 'accepted')));
    client.get({ type: 'order', order: at('a', 1) });
    expect(client.state().orders.get('a')?.status).toBe('accepted');
    client.get({ type: 'order', order: at('a', 3, 'ready') });
    expect(client.state().orders.get('a')?.status).toBe('ready');
  });

  test('keeps the other orders when one is refused, and ends when the only one is', () => {
    const client = following('a', 'b');
    client.put({ type: 'opened' });
    client.get(welcome(at('a', 1)));
    client.get(refusal('b'));
    expect(client.state().link.phase).toBe('live');
    expect([...client.state().refused]).toEqual(['b']);

    const lonely = following('x');
    lonely.put({ type: 'opened' });
    lonely.get(refusal());
    expect(lonely.state().link).toMatchObject({ phase: 'stopped', stoppedBy: 'unauthorized' });
  });

  test('goes on with the next order on a new connection when the first is refused', () => {
    const client = following('x', 'a');
    client.put({ type: 'opened' });
    client.get(refusal());
    expect(client.state().link.phase).toBe('connecting');
    expect(client.sent({ type: 'opened' })).toEqual([hello('a')]);
  });

  test('cancels once: with the same id over a reconnect, until there is a result', () => {
    const client = following('a');
    client.put({ type: 'opened' });
    client.get(welcome(at('a', 1)));
    const operation = { op: 'cancel', order: 'a', version: 1 } as const;
    const frame = { type: 'command', id: 'c', ...operation };
    expect(client.sent({ type: 'command', id: 'c', operation })).toEqual([frame]);
    client.put({ type: 'closed' });
    client.wait(1_000);
    client.put({ type: 'opened' });
    expect(client.get(welcome(at('a', 1)))).toEqual([frame]);
    client.get({ type: 'result', id: 'c', ok: true, order: at('a', 2, 'cancelled') });
    expect(client.state().outbox).toEqual([]);
    expect(client.state().link.stoppedBy).toBe('finished');
  });

  test('does not send a reminder that came too soon once more by itself', () => {
    const client = following('a');
    client.put({ type: 'opened' });
    client.get(welcome(at('a', 1)));
    client.get(aliveForLong);
    client.put({ type: 'command', id: 'c', operation: { op: 'remind', order: 'a' } });
    client.get({ type: 'result', id: 'c', ok: false, error: { code: 'rate_limited', message: '' } });
    expect(client.wait(120_000)).toEqual([]);
  });

  test('pings to get its orders again, and reconnects when there is no pong', () => {
    const client = following('a');
    client.put({ type: 'opened' });
    client.get(welcome(at('a', 1)));
    client.get(aliveForLong);
    client.wait(60_000);
    expect(client.sent({ type: 'wake' })).toEqual([{ type: 'ping' }]);
    client.get({ type: 'pong' });
    expect(client.wait(100_000)).toEqual([]);
    client.sent({ type: 'wake' });
    client.wait(10_100);
    expect(client.state().link.phase).toBe('waiting');
  });

  test('ends when nothing can change any more, and begins again for a new order', () => {
    const client = following('a');
    client.put({ type: 'opened' });
    client.get(welcome(at('a', 4, 'completed')));
    expect(client.state().link.stoppedBy).toBe('finished');
    expect(client.put({ type: 'follow', order: 'b', token: 'token-b' })).toEqual([{ type: 'connect' }]);
  });
});

describe('9.10: a customer’s stream, one frame of which the server cannot take,', () => {
  const offence: ServerFrame = { type: 'error', error: { code: 'protocol_error', message: '' } };
  const back = (client: ReturnType<typeof customer>) => {
    client.put({ type: 'wake' });
    return client.sent({ type: 'opened' });
  };

  test('drops that command after it was out alone twice, says so, and goes on following', () => {
    const client = following('a');
    client.put({ type: 'opened' });
    client.get(welcome(at('a', 1)));
    const operation = { op: 'cancel', order: 'a', version: 1 } as const;
    expect(client.sent({ type: 'command', id: 'c', operation })).toHaveLength(1);
    client.get(offence);
    expect(back(client)).toEqual([hello('a')]);
    expect(client.get(welcome(at('a', 1)))).toEqual([{ type: 'command', id: 'c', ...operation }]);
    expect(client.put({ type: 'frame', frame: offence })).toContainEqual({
      type: 'result',
      operation,
      result: { type: 'result', id: 'c', ok: false, error: { code: 'protocol_error', message: expect.any(String) } },
    });
    expect(back(client)).toEqual([hello('a')]);
    expect(client.get(welcome(at('a', 2)))).toEqual([]);
    expect(client.state().orders.get('a')?.version).toBe(2);
  });

  test('takes a link that no frame can hold for a dead one, and follows the other orders', () => {
    const client = following('odd', 'b');
    expect(client.sent({ type: 'opened' })).toEqual([hello('odd')]);
    client.get(offence);
    expect(back(client)).toEqual([hello('b')]);
    expect([...client.state().refused]).toEqual(['odd']);
    const alone = following('odd');
    alone.put({ type: 'opened' });
    alone.get(offence);
    expect(alone.state().link).toMatchObject({ phase: 'stopped', stoppedBy: 'unauthorized' });
  });
});
