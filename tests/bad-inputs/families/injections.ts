import { randomUUID } from 'node:crypto';
import type { BadInput, OddText } from '../bad-input.ts';
import { bill, bodies, json, withCustomer, withItem } from '../order-request.ts';

const statements = [
  "'; drop table orders; --",
  "' or '1'='1",
  '$1',
  '/* */ union select token from shops',
  '\\',
  '"; select pg_sleep(5); --',
];
const query = (shop: string) => `/get_shop_info?shop=${encodeURIComponent(shop)}`;

/** SQL where an id or a key belongs: it names nothing. */
export const sqlInIds: BadInput[] = [
  ...bodies(400, 'invalid_request', Object.fromEntries(statements.map(shop => [`shop ${shop}`, json({ shop })]))),
  ...bodies(
    400,
    'invalid_request',
    Object.fromEntries(statements.map(phone => [`phone ${phone}`, withCustomer({ phone: `${phone}abc` })])),
  ),
  ...bodies(409, 'dish_unavailable', {
    ...Object.fromEntries(statements.map(dish => [`dish ${dish}`, withItem({ dish })])),
    'a dish of another shop': withItem({ dish: 'beef-noodles' }),
  }),
  ...bodies(404, 'shop_not_found', { 'an unknown shop': json({ shop: 'shop9' }) }),
  ...statements.map(
    (key): BadInput => ({
      name: `key ${key}`,
      request: bill(json({}), { 'idempotency-key': key }),
      status: 400,
      code: 'idempotency_key_required',
    }),
  ),
  ...[...statements, '../..', '<script>', '__proto__', 'constructor'].map(
    (shop): BadInput => ({
      name: `the menu of ${shop}`,
      request: { path: query(shop) },
      status: 404,
      code: 'shop_not_found',
    }),
  ),
  ...statements.flatMap((text): BadInput[] => [
    {
      name: `order ${text}`,
      from: 'screen',
      command: { op: 'accept', order: text, version: 1 },
      result: 'not_found',
    },
    {
      name: `dish ${text} of a screen`,
      from: 'screen',
      command: { op: 'remove_dish', dish: text },
      result: 'not_found',
    },
    { name: `day ${text}`, from: 'screen', command: { op: 'report', day: text }, result: 'invalid_request' },
    {
      name: `a customer's order ${text}`,
      from: 'nobody',
      frame: { type: 'hello', role: 'customer', order: text, token: text },
      ends: 'unauthorized',
    },
    {
      name: `a shop's key ${text}`,
      from: 'nobody',
      frame: { type: 'hello', role: 'shop', shop: 'shop1', token: text, device: randomUUID() },
      ends: 'unauthorized',
    },
  ]),
];

/** What somebody may well write, whatever it looks like to a machine. */
export const oddTexts: OddText[] = [
  ...statements.map(text => ({ name: 'SQL', text })),
  ...[
    '<script>alert(1)</script>',
    '<img src=x onerror=alert(1)>',
    '"><b onmouseover=alert(1)>',
    'javascript:alert(1)',
    '</script><!--',
    '<form id=getElementById>',
    '&lt;b&gt;&#x0;',
    '{{constructor.constructor("x")()}}',
    '#{x} <%= x %>',
  ].map(text => ({ name: 'markup', text })),
  ...['=HYPERLINK("x")', '+1', '-1', '@SUM(A1)', '\t=1'].map(text => ({ name: 'a formula', text })),
  ...['\u001b[31m', '\u202egnp.exe', '\u2028\u2029', 'a\r\nb', '%0d%0a', '\u0007', '\ufeffx'].map(text => ({
    name: 'control characters',
    text,
  })),
  ...['你好，少放辣', 'مرحبا', 'สวัสดี', 'é e\u0301', '👩‍👩‍👧‍👦', '𠮷野家', '🇨🇳', 'ﬁ', 'ẞ ı İ'].map(text => ({
    name: 'languages',
    text,
  })),
  ...['{"level":"error"}', 'null', 'true', '__proto__', '../../etc/passwd', '\\u0000', '$$ $1 \\ %s'].map(text => ({
    name: 'a machine’s text',
    text,
  })),
];
