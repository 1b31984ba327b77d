import { createHash } from 'node:crypto';

const names = new Map<string, string>();

/**
 * The name under which a statement is prepared: a connection plans it once, and planning costs more than running it.
 * It is a hash of the text, so that wherever connections are shared the same name is the same statement.
 */
export function preparedName(text: string): string {
  const known = names.get(text);
  if (known !== undefined) return known;
  const name = createHash('sha256').update(text).digest('base64url');
  names.set(text, name);
  return name;
}

/**
 * Whether the failure comes of the statement's having been prepared: by a pooler that gives every transaction another
 * connection (26000, 42P05), or because a migration has changed what the statement answers (0A000). Nothing has run then.
 * @see PostgreSQL documentation, appendix A, for the codes
 */
export function isFaultOfPreparing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && /^(26000|42P05|0A000)$/.test(String(error.code));
}
