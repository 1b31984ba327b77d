import { readAnswer } from '../../../functions/domain/answer.ts';
import { parseChatServerFrame } from '../../../functions/domain/chat/frames.ts';
import { parseServerFrame } from '../../../functions/domain/received.ts';
import { statusOfCode } from '../../../functions/domain/refusal.ts';
import { fetchAddresses } from '../../../web/connection/addresses.ts';
import { postAttempt } from '../../../web/connection/place.ts';
import type { Attempt } from '../../../web/connection/placing.ts';
import { readShopInfo } from '../../../web/connection/shop-info.ts';
import { type ForeignAnswer, foreignAnswers, foreignFrames, foreignResponse } from '../../support/foreign-answers.ts';

const attempt: Attempt = { key: 'key-1', shop: 'shop1', body: '{}', startedAt: 0 };
const rows = foreignAnswers.map(each => [each.what, each] as const);
const answering = (foreign: ForeignAnswer) => async () => foreignResponse(foreign);
const isAnything = (_: unknown): _ is unknown => true;

describe.each(rows)('9.1 F51: %s', (_, foreign) => {
  test('is no refusal of an order, and no order: the same key goes on', async () => {
    expect((await postAttempt('http://x/bill', attempt, answering(foreign))).type).toBe('unknown');
  });

  test.each([{}, { shop: 'shop1' }])('is no menu, and no missing shop', async query => {
    await expect(readShopInfo('http://x/get_shop_info', query, answering(foreign))).rejects.toThrow('shops:');
  });

  test('is no config.json', async () => {
    const { addresses } = await fetchAddresses('http://x/order.html', answering(foreign));
    expect(addresses).toBeUndefined();
  });
});

describe('9.1: our own word', () => {
  test.each(Object.entries(statusOfCode))('%s is a refusal with its status, and with no other', (code, status) => {
    const text = JSON.stringify({ error: { code, message: 'why', fields: [{ path: 'items[0]', message: 'x' }] } });
    const reply = { contentType: 'application/json', text };
    expect(readAnswer({ ...reply, status }, isAnything)).toMatchObject({ type: 'refusal', error: { code } });
    expect(readAnswer({ ...reply, status: status + 20 }, isAnything).type).toBe('foreign');
  });

  test.each([
    ['forbidden', 403],
    ['not_found', 404],
    ['method_not_allowed', 405],
    ['rate_limited', 429],
  ])('%s is not the word of bill: the try made no order, and the key is kept for earlier ones', async (code, status) => {
    const body = JSON.stringify({ error: { code, message: '' } });
    const outcome = await postAttempt('http://x/bill', attempt, async () => new Response(body, { status }));
    expect(outcome.type).toBe('later');
  });

  test('shop_not_found is a missing shop; a menu of another shop is not the one that was asked for', async () => {
    const missing = async () => new Response('{"error":{"code":"shop_not_found","message":""}}', { status: 404 });
    expect((await readShopInfo('http://x/', { shop: 'shop1' }, missing)).page).toBe('missing');
    const other = async () => new Response('{"shops":[{"id":"shop2","name":"2","dishes":[]}]}');
    await expect(readShopInfo('http://x/', { shop: 'shop1' }, other)).rejects.toThrow('shops:');
    expect((await readShopInfo('http://x/', {}, other)).page).toMatchObject({ shops: [{ id: 'shop2' }] });
  });

  test('comes in time or not at all, whatever the browser knows of time-outs', async () => {
    const { timeout } = AbortSignal;
    Reflect.deleteProperty(AbortSignal, 'timeout');
    try {
      expect((await postAttempt('http://x/', attempt, async () => new Response('', { status: 502 }))).type).toBe(
        'unknown',
      );
    } finally {
      AbortSignal.timeout = timeout;
    }
  });
});

describe('9.1: a frame of somebody else', () => {
  test.each(foreignFrames)('%s is ignored', frame => {
    expect(parseServerFrame(frame)).toBeUndefined();
    expect(parseChatServerFrame(frame)).toBeUndefined();
  });
});

test('9.1 F51: what says that it is a page is one, even where its text is an error of ours', () => {
  const text = JSON.stringify({ error: { code: 'shop_closed', message: 'closed' } });
  const read = (contentType: string) => readAnswer({ status: 409, contentType, text }, isAnything).type;
  expect(['text/html', 'text/html; charset=utf-8', 'application/xhtml+xml'].map(read)).toEqual(
    Array(3).fill('foreign'),
  );
  expect(read('application/json')).toBe('refusal');
});
