import * as v from 'valibot';
import { type FieldError, Refusal } from './refusal.ts';

/**
 * Checks a value against its schema.
 * @throws Refusal `invalid_request`, with the parts that are wrong as `fields`
 */
export function parseShape<const TSchema extends v.GenericSchema>(
  schema: TSchema,
  value: unknown,
): v.InferOutput<TSchema> {
  const result = v.safeParse(schema, value, { abortPipeEarly: true });
  if (result.success) return result.output;
  throw new Refusal('invalid_request', 'the request is not valid', { fields: result.issues.slice(0, 20).map(toField) });
}

/** Before an object whose fields may all be absent, in a pipe: without it an empty list would do. */
export const noList = v.check<unknown, string>(value => !Array.isArray(value), 'must be an object');

function toField(issue: v.BaseIssue<unknown>): FieldError {
  let path = '';
  for (const { key } of issue.path ?? []) {
    if (typeof key === 'number') path += `[${key}]`;
    else path += (path === '' ? '' : '.') + String(key).slice(0, 64);
  }
  return { path, message: messageOf(issue) };
}

/** valibot's own messages quote what they received; ours never repeat input. */
function messageOf(issue: v.BaseIssue<unknown>): string {
  if (issue.kind === 'validation' || issue.type === 'check') return issue.message;
  if (issue.type === 'strict_object' || issue.type === 'loose_object' || issue.type === 'variant') {
    if (issue.expected === 'never') return 'unknown field';
    if (issue.received === 'undefined') return 'is missing';
  }
  return issue.message.startsWith('must') ? issue.message : `must be ${issue.expected ?? 'something else'}`;
}
