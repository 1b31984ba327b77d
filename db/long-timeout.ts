import type { QueryConfig } from 'pg';

/** A statement with a day: the pool's `query_timeout` is meant for orders, and pg takes 0 for "as the pool has it". */
export function withLongTimeout(text: string, values?: unknown[]): QueryConfig {
  return { text, ...(values && { values }), query_timeout: 24 * 60 * 60 * 1000 } as QueryConfig;
}
