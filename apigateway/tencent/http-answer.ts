import type { HttpAnswer } from '../../functions/domain/handlers.ts';
import { record } from '../record.ts';

/** What a function returns to the gateway ("integrated response"). */
export interface EncodedHttpAnswer {
  isBase64Encoded: boolean;
  statusCode: number;
  headers: Record<string, string>;
  body: string;
}

/** What the documented gateway sends instead of an answer of a wrong shape. */
export const invalidAnswer = {
  errno: 403,
  error: 'Invalid scf response format. please check your scf response format.',
} as const;

/** Makes a function's return value of an answer. */
export function encodeHttpAnswer({ status, headers, body }: HttpAnswer): EncodedHttpAnswer {
  return { isBase64Encoded: false, statusCode: status, headers, body };
}

/** What a client gets. */
interface ReadHttpAnswer {
  status: number;
  headers: Record<string, string>;
  body: string | Buffer;
}

/**
 * Reads a function's return value as the gateway does; `undefined` when its shape is wrong, which is answered with
 * `invalidAnswer`. An API has integrated responses or not ("passthrough": the value is the body, as JSON, with 200); where
 * that is not said, a value with a `statusCode` is taken for one.
 */
export function readHttpAnswer(value: unknown, isIntegrated: boolean | undefined): ReadHttpAnswer | undefined {
  if (isIntegrated ?? 'statusCode' in record(value)) return readIntegrated(value);
  return { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) ?? 'null' };
}

/** Status: an integer from 200 to 599. Header values: strings. Headers and body may be absent. */
function readIntegrated(value: unknown): ReadHttpAnswer | undefined {
  const { statusCode, headers = {}, body = '', isBase64Encoded = false } = record(value);
  if (typeof statusCode !== 'number' || !Number.isInteger(statusCode) || statusCode < 200 || statusCode > 599) return;
  if (typeof body !== 'string' || typeof isBase64Encoded !== 'boolean' || !isStringMap(headers)) return;
  return { status: statusCode, headers, body: isBase64Encoded ? Buffer.from(body, 'base64') : body };
}

function isStringMap(value: unknown): value is Record<string, string> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return Object.values(value).every(each => typeof each === 'string');
}
