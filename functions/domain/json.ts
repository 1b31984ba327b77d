import { Refusal } from './refusal.ts';

/**
 * Reads JSON that came from outside. Stricter than `JSON.parse`: a key that stands twice in an object is refused, since
 * two readers of one text could otherwise see two different requests.
 * @throws Refusal `invalid_json`
 */
export function parseJson(text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Refusal('invalid_json', 'the body is not JSON');
  }
  const twice = firstDuplicateKey(text);
  if (twice !== undefined)
    throw new Refusal('invalid_json', `the key ${JSON.stringify(twice)} stands twice in one object`);
  return value;
}

/**
 * The bytes as text, or `undefined` when they are not UTF-8. A byte order mark stays (and is no JSON).
 */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return utf8.decode(bytes);
  } catch {
    return undefined;
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** `text` is known to be JSON, so a string that is followed by a colon is a key, and nothing else is. */
function firstDuplicateKey(text: string): string | undefined {
  const open: Set<string>[] = [];
  const tokens = /"(?:[^"\\]|\\.)*"(\s*:)?|[{}]/gs;
  for (const [token, colon] of text.matchAll(tokens)) {
    if (token === '{') open.push(new Set());
    else if (token === '}') open.pop();
    else if (colon !== undefined) {
      const key = String(JSON.parse(token.slice(0, -colon.length)));
      const keys = open.at(-1);
      if (keys?.has(key)) return key;
      keys?.add(key);
    }
  }
  return undefined;
}
