import type { WireError } from './frames.ts';
import { type ErrorCode, statusOfCode } from './refusal.ts';

/** An answer over HTTP as it came. Whether it is ours is not known yet. */
export interface HttpReply {
  status: number;
  contentType: string | null;
  text: string;
}

/** An error body of ours. */
export type OwnError = WireError & { code: ErrorCode };

/**
 * Who has answered, and what. `foreign`: a platform, a proxy, a captive portal or half of an answer. It says nothing about
 * the request: that may have been carried out, or may never have arrived.
 */
export type Answer<T> =
  | { type: 'value'; value: T }
  | { type: 'refusal'; error: OwnError }
  | { type: 'foreign'; status: number };

const foreign = { type: 'foreign' } as const;

/**
 * Decides whether an answer is ours. A status alone is never believed. Ours is a 200 or 201 whose JSON passes `isOurs`,
 * and a JSON error whose code is in the table of `refusal.ts` and goes with the status (docs/protocol/http.md).
 */
export function readAnswer<T>(
  { status, contentType, text }: HttpReply,
  isOurs: (value: unknown) => value is T,
): Answer<T> {
  const value = /html|xml/i.test(contentType ?? '') ? undefined : parseOrNothing(text);
  if (status === 200 || status === 201) return isOurs(value) ? { type: 'value', value } : { ...foreign, status };
  const error = errorIn(value);
  return error !== undefined && statusOfCode[error.code] === status
    ? { type: 'refusal', error }
    : { ...foreign, status };
}

function errorIn(value: unknown): OwnError | undefined {
  if (!isRecord(value) || !isRecord(value.error)) return undefined;
  const { code, message, fields } = value.error;
  if (typeof code !== 'string' || !Object.hasOwn(statusOfCode, code) || typeof message !== 'string') return undefined;
  if (fields !== undefined && !(Array.isArray(fields) && fields.every(isField))) return undefined;
  return value.error as unknown as OwnError;
}

function isField(value: unknown): boolean {
  return isRecord(value) && typeof value.path === 'string' && typeof value.message === 'string';
}

/** The JSON value of a text, `undefined` when it is none. */
export function parseOrNothing(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Whether a value is a JSON object. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
