import { createShopNotices, type OrderNotice } from '../../functions/redeliver/shop-notices.ts';

const unseen = (shop: string, orderId: string): OrderNotice => ({
  level: 'warn',
  event: 'order reaches no screen',
  shop,
  fields: { orderId },
});

function world() {
  const lines: unknown[] = [];
  let nowMs = 0;
  const notices = createShopNotices(
    (_level, event, fields) => lines.push({ event, ...fields }),
    () => nowMs,
    600_000,
  );
  return { lines, notices, pass: (ms: number) => (nowMs += ms) };
}

test('13.5 orders at a shop without a screen cost one line at once, and one in ten minutes, with none missing', () => {
  const { lines, notices, pass } = world();
  for (let order = 1; order <= 30; order++) notices.note(unseen('a', `first ${order}`));
  notices.note(unseen('b', 'other'));
  notices.tell();
  const event = 'order reaches no screen';
  expect(lines).toEqual([
    { event, shop: 'a', orders: 30, orderId: 'first 1' },
    { event, shop: 'b', orders: 1, orderId: 'other' },
  ]);
  for (let run = 1; run <= 29; run++) {
    pass(20_000);
    notices.note(unseen('a', `later ${run}`));
    notices.tell();
  }
  expect(lines).toHaveLength(2);
  pass(20_000);
  notices.tell();
  expect(lines.slice(2)).toEqual([{ event, shop: 'a', orders: 29, orderId: 'later 1' }]);
});

test('what has been quiet for ten minutes is told at once again', () => {
  const { lines, notices, pass } = world();
  notices.note(unseen('a', '1'));
  notices.tell();
  pass(600_000);
  notices.tell();
  notices.note(unseen('a', '2'));
  notices.tell();
  expect(lines).toHaveLength(2);
});

test('one event of a shop does not hide another', () => {
  const { lines, notices } = world();
  notices.note(unseen('a', '1'));
  notices.note({
    level: 'error',
    event: 'shop cannot be told, given up',
    shop: 'a',
    fields: { orderId: '1', tries: 8 },
  });
  notices.tell();
  expect(lines).toHaveLength(2);
});
