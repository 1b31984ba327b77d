import { timingSafeEqual } from 'node:crypto';

/** Makes the check whether a text is one of the secrets, in constant time. */
export function createGuard(secrets: readonly string[]): (given: string) => boolean {
  const all = secrets.map(secret => Buffer.from(secret));
  return text => {
    const given = Buffer.from(text);
    return all.some(expected => given.length === expected.length && timingSafeEqual(given, expected));
  };
}
