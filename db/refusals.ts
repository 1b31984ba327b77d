import { type ErrorCode, type FieldError, Refusal } from '../functions/domain/refusal.ts';

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
  WO011: 'below_minimum',
  WO012: 'area_not_served',
  WO013: 'fulfilment_unavailable',
  WO014: 'slot_full',
};

/** The refusal that an SQL function raised, or `undefined` when the error is something else. */
export function refusalOf(error: unknown): Refusal | undefined {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return undefined;
  const code = codes[error.code];
  if (code === undefined) return undefined;
  const detail = 'detail' in error && typeof error.detail === 'string' ? error.detail : undefined;
  return new Refusal(code, error.message, {
    fields: detail === undefined ? undefined : fieldsOf(code, detail),
    retryAfterSeconds: code === 'rate_limited' && detail !== undefined ? Number(detail) : undefined,
  });
}

function fieldsOf(code: ErrorCode, detail: string): FieldError[] | undefined {
  if (code === 'dish_unavailable') return (JSON.parse(detail) as (number | string[])[]).flatMap(missingIn);
  return code === 'invalid_request' ? (JSON.parse(detail) as FieldError[][]).flat() : undefined;
}

/** The place of an item whose dish cannot be had, counted from 0; or where its choices stand that cannot. */
function missingIn(missing: number | string[]): FieldError[] {
  const paths = typeof missing === 'number' ? [`items[${missing}].dish`] : missing;
  return paths.map(path => ({ path, message: 'is not available' }));
}
