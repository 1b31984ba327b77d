import { callFunction } from '../../apigateway/server/targets/call-function.ts';
import type { EventFunction } from '../../apigateway/server/targets/target.ts';

const fail = new Error('no');
type Row = [string, EventFunction, unknown];

test.each<Row>([
  ['what it returned', event => event, 'event'],
  ['what its promise resolves with', async event => event, 'event'],
  ['what its callback is given', (event, _context, callback) => void setImmediate(callback, null, event), 'event'],
  ['what its promise resolves with, though it takes a callback', async (_event, _context, _callback) => 'own', 'own'],
  ['nothing', () => {}, undefined],
])('the answer of a function is %s', async (_, main, answer) => {
  expect(await callFunction(main, 'event', 'r1')).toBe(answer);
});

test.each<[string, EventFunction]>([
  ['throws', () => Promise.reject(fail)],
  [
    'throws at once',
    () => {
      throw fail;
    },
  ],
  ['gives its callback an error', (_event, _context, callback) => callback(fail)],
])('a function that %s has failed', async (_, main) => {
  await expect(callFunction(main, 'event', 'r1')).rejects.toBe(fail);
});

test('a function finds the id of its invocation', async () => {
  expect(await callFunction((_event, context) => context.request_id, 'event', 'r1')).toBe('r1');
});
