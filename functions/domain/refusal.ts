import type { ProofTask } from './frames.ts';

/** Every code a caller can meet, with the HTTP status it is answered with. docs/protocol lists them. */
export const statusOfCode = {
  invalid_json: 400,
  invalid_request: 400,
  idempotency_key_required: 400,
  unauthorized: 401,
  forbidden: 403,
  shop_not_found: 404,
  not_found: 404,
  method_not_allowed: 405,
  shop_closed: 409,
  dish_unavailable: 409,
  price_changed: 409,
  below_minimum: 409,
  area_not_served: 409,
  fulfilment_unavailable: 409,
  slot_full: 409,
  version_conflict: 409,
  invalid_transition: 409,
  already_claimed: 409,
  menu_full: 409,
  keys_full: 409,
  last_manager: 409,
  too_large: 413,
  unsupported_media_type: 415,
  idempotency_key_reused: 422,
  proof_required: 428,
  rate_limited: 429,
  internal: 500,
  unavailable: 503,
  protocol_error: 400,
  hello_required: 400,
  replaced: 409,
} as const;

/** A stable code of the wire. */
export type ErrorCode = keyof typeof statusOfCode;

/** One wrong part of a request: `path` as in `items[0].quantity`. */
export interface FieldError {
  path: string;
  message: string;
}

/**
 * The caller's mistake, or a state of things that forbids what was asked, as a closed shop does. The only error that is
 * answered with its own code and words; everything else that is thrown becomes `internal` and is logged.
 */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly code: ErrorCode;
  readonly fields: FieldError[] | undefined;
  /** Whole seconds after which trying again makes sense. */
  readonly retryAfterSeconds: number | undefined;
  /** With `method_not_allowed`: the methods that are. */
  readonly allow: string | undefined;
  /** With `proof_required`: what is to be done before the same request is made again. */
  readonly proof: ProofTask | undefined;

  constructor(
    code: ErrorCode,
    message: string,
    more: {
      fields?: FieldError[] | undefined;
      retryAfterSeconds?: number | undefined;
      allow?: string | undefined;
      proof?: ProofTask | undefined;
      cause?: unknown;
    } = {},
  ) {
    super(message, more.cause === undefined ? undefined : { cause: more.cause });
    this.code = code;
    this.fields = more.fields;
    this.retryAfterSeconds = more.retryAfterSeconds;
    this.allow = more.allow;
    this.proof = more.proof;
  }
}

/** The error as it stands on the wire: `{code, message, fields?, proof?}`. */
export function wireError({ code, message, fields, proof }: Refusal): WireRefusal {
  return { code, message, ...(fields && { fields }), ...(proof && { proof }) };
}

interface WireRefusal {
  code: ErrorCode;
  message: string;
  fields?: FieldError[];
  proof?: ProofTask;
}

/** Something is wrong with the connection or with a frame. `about` names the order or shop a further hello was about. */
export function errorFrame(refusal: Refusal, about: { order?: string; shop?: string } = {}): string {
  const retryAfterMs = refusal.retryAfterSeconds === undefined ? undefined : refusal.retryAfterSeconds * 1000;
  return JSON.stringify({ type: 'error', error: wireError(refusal), retryAfterMs, ...about });
}
