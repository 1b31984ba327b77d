import fc from 'fast-check';
import { proofOfWork } from '../../functions/domain/order-proof.ts';
import { doTask } from '../../web/connection/proof.ts';

const secret = 'a secret of a test that is long enough';
const order = { shop: 'shop1', key: '6f1c2b1e-0b9e-4c7e-9d7e-2f0a3d1c5b7a' };
const MINUTE_MS = 60_000;

test('13.5 a proof holds for its order, for as long as it says, and under either secret', async () => {
  let now = 1_800_000_000_000;
  const proofs = proofOfWork([secret], () => now);
  const given = (await doTask(proofs.task(order))) ?? '';
  expect(proofs.isDone(order, given)).toBe(true);
  expect(proofs.isDone({ ...order, key: order.key.toUpperCase() }, given)).toBe(true);
  expect(proofs.isDone({ ...order, shop: 'shop2' }, given)).toBe(false);
  expect(proofs.isDone({ ...order, key: order.key.replace('6', '7') }, given)).toBe(false);
  expect(proofOfWork(['another secret that is as long as this', secret], () => now).isDone(order, given)).toBe(true);
  expect(proofOfWork(['another secret that is as long as this'], () => now).isDone(order, given)).toBe(false);
  now += 9 * MINUTE_MS;
  expect(proofs.isDone(order, given)).toBe(true);
  now += MINUTE_MS;
  expect(proofs.isDone(order, given)).toBe(false);
  now -= 60 * MINUTE_MS;
  expect(proofs.isDone(order, given)).toBe(false);
});

test('13.5 work that was not done, a task made easier, and any other text are no proof', async () => {
  const proofs = proofOfWork([secret], Date.now);
  const { challenge } = proofs.task(order);
  const done = (await doTask(proofs.task(order))) ?? '';
  const undone = Array.from({ length: 50 }, (_, n) => `${challenge}.${n}`).filter(text => text !== done);
  expect(undone.filter(text => proofs.isDone(order, text))).toEqual([]);
  const easier = challenge.replace('-16-', '-1-');
  const easy = Array.from({ length: 50 }, (_, n) => `${easier}.${n}`);
  expect(easy.filter(text => proofs.isDone(order, text))).toEqual([]);
  fc.assert(fc.property(fc.string(), text => !proofs.isDone(order, text)));
});

test('13.5 a page does no task that is none, or that would keep it for minutes', async () => {
  const task = { kind: 'work', challenge: 'c', bits: 4 };
  expect(await doTask(task)).toMatch(/^c\.\d+$/);
  const others = [undefined, null, 'x', { ...task, kind: 'phone' }, { ...task, bits: 40 }, { ...task, bits: 0 }];
  for (const other of [...others, { ...task, challenge: 'x'.repeat(41) }, { ...task, challenge: '好' }])
    expect(await doTask(other)).toBeUndefined();
});
