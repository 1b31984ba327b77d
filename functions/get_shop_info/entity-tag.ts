import { createHash } from 'node:crypto';

/** The strong entity tag of an answer whose bytes follow from `state`. */
export function entityTagOf(state: string): string {
  return `"${createHash('sha256').update(FORM).update(state).digest('base64url')}"`;
}

/** To be raised with every change of what an answer looks like. */
const FORM = '2 ';

/**
 * Whether an `if-none-match` names the tag. It is compared weakly, because a proxy that compresses makes tags weak.
 * @see RFC 9110, 13.1.2
 */
export function namesTag(ifNoneMatch: string | undefined, tag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  return ifNoneMatch.split(',').some(each => ['*', tag, `W/${tag}`].includes(each.trim()));
}
