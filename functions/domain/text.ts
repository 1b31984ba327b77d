import * as v from 'valibot';
import { isVisible } from './visible.ts';

/** Letters, digits, `_` and `-`: ids that owners choose for shops. */
export const shopId = v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{1,64}$/, 'must be 1 to 64 letters, digits, _ or -'));

/** A UUID in its usual form, any version. */
export const uuid = v.pipe(
  v.string(),
  v.regex(/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i, 'must be a UUID'),
);

/**
 * Text that a person wrote, kept byte for byte: `min` to `max` code points, no U+0000 (PostgreSQL cannot hold it), no
 * lone surrogate (UTF-8 cannot).
 */
export function text(min: number, max: number) {
  return v.pipe(
    v.string(),
    v.check(value => !value.includes('\0'), 'must not contain U+0000'),
    v.check(value => !/\p{Cs}/u.test(value), 'must not contain a lone surrogate'),
    v.check(value => {
      const points = codePoints(value);
      return points >= min && points <= max;
    }, `must be ${min} to ${max} characters`),
  );
}

/** As `text`, and at least one character that can be seen. */
export function visibleText(min: number, max: number) {
  return v.pipe(text(min, max), v.check(isVisible, 'must contain a visible character'));
}

/** A whole number; −0 is none. */
export function integer(min: number, max: number) {
  const message = `must be a whole number from ${min} to ${max}`;
  return v.pipe(
    v.number(message),
    v.check(value => Number.isInteger(value) && value >= min && value <= max && !Object.is(value, -0), message),
  );
}

/** Not more than so many bytes as JSON: what many parts make together. */
export function fittingInto<Value>(bytes: number) {
  return v.check<Value, string>(
    value => Buffer.byteLength(JSON.stringify(value)) <= bytes,
    `must be at most ${bytes} bytes`,
  );
}

function codePoints(value: string): number {
  let count = 0;
  for (const _ of value) count++;
  return count;
}
