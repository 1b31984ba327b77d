import type { BadInput } from '../bad-input.ts';
import { bill, bodies, good, json, quantity, raw } from '../order-request.ts';

const text = JSON.stringify(good);
const padded = (bytes: number) => text + ' '.repeat(bytes - Buffer.byteLength(text));

/** What is no JSON, or no JSON of ours. */
export const badBodies: BadInput[] = [
  ...bodies(400, 'invalid_json', {
    empty: '',
    'a space': ' ',
    truncated: text.slice(0, -5),
    'an open text': text.slice(0, 8),
    'trailing garbage': `${text} x`,
    'two values': text + text,
    'a trailing comma': `${text.slice(0, -1)},}`,
    'single quotes': text.replaceAll('"', "'"),
    'a comment': `/* x */${text}`,
    'a byte order mark': `\ufeff${text}`,
    'latin-1 bytes': Buffer.from(text.replace('小明', 'caf\u00e9'), 'latin1'),
    'UTF-16': Buffer.from(text, 'utf16le'),
    'an overlong slash': Buffer.concat([Buffer.from(text.slice(0, -2)), Buffer.from([0xc0, 0xaf]), Buffer.from('"}')]),
    'a control character in a text': text.replace('小明', '小\u0001明'),
    'a wrong escape': text.replace('小明', '\\x41'),
    'a key twice': raw('shop', '"shop2"'),
    'a key twice, once escaped': raw('\\u0073hop', '"shop2"'),
    'nested 7,000 deep, cut': '['.repeat(7_000),
    'objects nested 3,000 deep, cut': '{"a":'.repeat(3_000),
    NaN: quantity('NaN'),
    Infinity: quantity('-Infinity'),
    'a hexadecimal number': quantity('0x10'),
    'a number with a leading zero': quantity('01'),
    'a number with a plus': quantity('+1'),
    'form fields': 'shop=shop1&items=rice',
    XML: '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
  }),
  ...Object.entries({
    'one byte over 16 KiB': padded(16 * 1024 + 1),
    '10 MB': ' '.repeat(10_000_000),
    'nesting of 100,000': '['.repeat(100_000) + ']'.repeat(100_000),
    '10,001 items': json({ items: Array(10_001).fill({ dish: 'rice', quantity: 1 }) }),
    // The server answers before it has read everything, and a client that still writes may see the line cut.
  }).map(([name, body]): BadInput => ({ name, request: bill(body), status: 413, code: 'too_large', mayBeCut: true })),
  ...(
    [
      { 'content-type': 'text/plain' },
      { 'content-type': 'application/json; charset=latin1' },
      { 'content-type': 'application/x-www-form-urlencoded' },
      { 'content-type': 'multipart/form-data; boundary=x' },
      { 'content-type': 'application/jsonp' },
      { 'content-type': '' },
      { 'content-encoding': 'gzip' },
      { 'content-encoding': 'identity, br' },
    ] satisfies Record<string, string>[]
  ).map(
    (headers): BadInput => ({
      name: JSON.stringify(headers),
      request: bill(text, headers),
      status: 415,
      code: 'unsupported_media_type',
    }),
  ),
];
