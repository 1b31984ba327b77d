import { type ErrorCode, Refusal } from '../functions/domain/refusal.ts';

/** The SQLSTATEs that our own functions raise: who searches for one finds the rule in db/schema.sql. */
const codes: Readonly<Record<string, ErrorCode>> = {
  WO001: 'shop_not_found',
  WO002: 'shop_closed',
  WO003: 'dish_unavailable',
  WO004: 'price_changed',
  WO005: 'idempotency_key_reused',
  WO006: 'rate_limited',
  WO007: 'too_large',
  WO008: 'idempotency_key_reused',
  WO009: 'invalid_request',
  WO010: 'proof_required',
};

/** The refusal that an SQL function raised, or `undefined` when the error is something else. */
export function refusalOf(error: unknown): Refusal | undefined {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return undefined;
  const code = codes[error.code];
  if (code === undefined) return undefined;
  const detail = 'detail' in error && typeof error.detail === 'string' ? error.detail : undefined;
  return new Refusal(code, error.message, {
    fields: code === 'dish_unavailable' && detail !== undefined ? linesOf(detail) : undefined,
    retryAfterSeconds: code === 'rate_limited' && detail !== undefined ? Number(detail) : undefined,
  });
}

/** `detail` is a JSON array of the places, counted from 0, of the items that cannot be had. */
function linesOf(detail: string) {
  return (JSON.parse(detail) as number[]).map(line => ({ path: `items[${line}].dish`, message: 'is not available' }));
}
