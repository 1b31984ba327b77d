import { entityTagOf, namesTag } from '../../functions/get_shop_info/entity-tag.ts';
import { getShopInfo } from '../../functions/get_shop_info/get-shop-info.ts';

let menu = '{"id":"a","version":1}';
let reads = 0;
const shops = {
  slots: () => Promise.resolve(undefined),
  async byId(id: string) {
    reads += 1;
    return id === 'a' ? { shop: menu, state: menu } : undefined;
  },
  async list() {
    reads += 1;
    return { shops: [menu], next: undefined, state: menu };
  },
  stateOf: async ({ shop = 'a' }: { shop?: string | undefined }) => (shop === 'a' ? menu : ''),
};

const get = (headers: Record<string, string> = {}, query: Record<string, string> = { shop: 'a' }) =>
  getShopInfo(() => shops)({
    method: 'GET',
    path: '/get_shop_info',
    query,
    repeatedQuery: [],
    headers,
    body: new Uint8Array(),
    remoteAddress: undefined,
    requestId: 'r',
  });

test('a tag is strong, quoted, and another for another body', () => {
  expect(entityTagOf('a')).toMatch(/^"[\w-]{43}"$/);
  expect(entityTagOf('a')).toBe(entityTagOf('a'));
  expect(entityTagOf('a')).not.toBe(entityTagOf('b'));
});

test.each<[string | undefined, boolean]>([
  [undefined, false],
  ['', false],
  ['"x"', true],
  ['W/"x"', true],
  ['"a", "x"', true],
  ['"a" ,W/"x"', true],
  ['*', true],
  ['x', false],
  ['"y"', false],
  ['"xx"', false],
])('if-none-match %s names "x": %s', (header, names) => {
  expect(namesTag(header, '"x"')).toBe(names);
});

test.each([{ shop: 'a' }, {}])('who has the answer already gets 304 without it, until it changes: %j', async query => {
  menu = '{"id":"a","version":1}';
  const first = await get({}, query);
  const { etag = '' } = first.headers;
  expect([first.status, first.headers['cache-control'], first.body]).toEqual([200, 'no-cache', `{"shops":[${menu}]}`]);
  const kept = { etag, 'cache-control': 'no-cache' };
  reads = 0;
  expect(await get({ 'if-none-match': etag }, query)).toEqual({ status: 304, headers: kept, body: '' });
  expect(reads).toBe(0);
  menu = '{"id":"a","version":2}';
  const second = await get({ 'if-none-match': etag }, query);
  expect([second.status, second.body]).toEqual([200, `{"shops":[${menu}]}`]);
  expect(second.headers.etag).not.toBe(etag);
});

test('a shop that is not there is not found, whatever the caller has', async () => {
  await expect(get({ 'if-none-match': '*' }, { shop: 'b' })).rejects.toMatchObject({ code: 'shop_not_found' });
});
