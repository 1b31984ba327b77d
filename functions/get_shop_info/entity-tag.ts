import { createHash } from 'node:crypto';

/** The strong entity tag of a body: of two bodies the same only when they are, byte for byte. */
export function entityTagOf(body: string): string {
  return `"${createHash('sha256').update(body).digest('base64url')}"`;
}

/**
 * Whether an `if-none-match` names the tag. It is compared weakly, because a proxy that compresses makes tags weak.
 * @see RFC 9110, 13.1.2
 */
export function namesTag(ifNoneMatch: string | undefined, tag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  return ifNoneMatch.split(',').some(each => ['*', tag, `W/${tag}`].includes(each.trim()));
}
