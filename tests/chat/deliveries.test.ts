import { createDeliveries } from '../../functions/runtime/chat/deliveries.ts';
import { chatDeliveries } from '../../functions/runtime/environment.ts';

/** A clock that only waiting moves, in the order of the waits. */
function steps() {
  let at = 0;
  const waits: number[] = [];
  return {
    waits,
    pass: (ms: number) => {
      at += ms;
    },
    time: {
      now: () => at,
      wait: async (ms: number) => {
        waits.push(ms);
      },
    },
  };
}

test('those of a second go at once, and what comes beyond waits, each behind the one before', async () => {
  const { time, waits, pass } = steps();
  const deliveries = createDeliveries(5_000, time);
  for (let message = 0; message < 25; message += 1) await deliveries(200);
  expect(waits).toEqual([]);
  for (let message = 0; message < 3; message += 1) await deliveries(200);
  expect(waits).toEqual([40, 80]);
  pass(10_000);
  await deliveries(200);
  expect(waits).toEqual([40, 80]);
});

test('nobody saves up more than a second, and a room that is larger than a second is told all the same', async () => {
  const { time, waits, pass } = steps();
  const deliveries = createDeliveries(5_000, time);
  pass(60_000);
  await deliveries(20_000);
  await deliveries(1);
  expect(waits).toEqual([3_000]);
});

test('a flood of many in a full room comes to no more than the budget', async () => {
  const { time, waits } = steps();
  const deliveries = createDeliveries(5_000, time);
  await Promise.all(Array.from({ length: 600 }, () => deliveries(189)));
  expect(600 * 189 - 189).toBeLessThanOrEqual(Math.ceil((Math.max(...waits) / 1_000 + 1) * 5_000));
});

test('the budget is a setting, and load tests have none', () => {
  expect(chatDeliveries({})).toBe(5_000);
  expect(chatDeliveries({ CHAT_DELIVERIES: '70' })).toBe(70);
  expect(chatDeliveries({ RATE_LIMITS: 'off' })).toBe(Number.POSITIVE_INFINITY);
  expect(() => chatDeliveries({ CHAT_DELIVERIES: 'x' })).toThrow('CHAT_DELIVERIES must be a whole number');
});
