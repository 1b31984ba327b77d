import * as v from 'valibot';
import { ApiError } from './api-error.ts';

/** One API call: its parameters as they came, and its answer without the request's id. */
export type Action = (parameters: unknown) => Promise<object>;

/** Makes an action of the schema of its parameters and of what it does. */
export function action<S extends v.GenericSchema>(
  schema: S,
  run: (parameters: v.InferOutput<S>) => object | Promise<object>,
): Action {
  return async parameters => run(checked(schema, parameters));
}

/**
 * A value with the code that its refusal has: `InvalidParameterValue.` and what is given.
 * @example wrong('MemorySize')
 */
export function wrong(code: string): string {
  return `InvalidParameterValue.${code}`;
}

/** `TRUE` or `FALSE`, as most switches of SCF are. */
export const flag = v.picklist(['TRUE', 'FALSE']);

/** A filter of the Describe calls. */
export const filters = v.optional(
  v.array(v.strictObject({ Name: v.string(), Values: v.pipe(v.array(v.string()), v.minLength(1)) })),
  [],
);

/** What of a page of results is asked for; some products take these as text. */
export function page(mostPerPage: number, defaultLimit = 20) {
  const number = (least: number, most: number, code: string) =>
    v.pipe(
      v.union([v.number(), v.pipe(v.string(), v.transform(Number))]),
      v.integer(code),
      v.minValue(least, code),
      v.maxValue(most, code),
    );
  return {
    Limit: v.optional(number(0, mostPerPage, wrong('Limit')), defaultLimit),
    Offset: v.optional(number(0, Number.MAX_SAFE_INTEGER, wrong('Offset')), 0),
  };
}

/** One page of a list. */
export function pageOf<T>(all: T[], { Limit, Offset }: { Limit: number; Offset: number }): T[] {
  return all.slice(Offset, Offset + Limit);
}

function checked<S extends v.GenericSchema>(schema: S, parameters: unknown): v.InferOutput<S> {
  const result = v.safeParse(schema, parameters, { abortEarly: true });
  if (result.success) return result.output;
  const issue = result.issues[0];
  const name = v.getDotPath(issue) ?? 'parameters';
  if (issue.kind === 'validation' || issue.message.startsWith('InvalidParameterValue')) {
    const code = issue.message.startsWith('InvalidParameter') ? issue.message : 'InvalidParameterValue';
    throw new ApiError(code, `The value of ${name} is not allowed.`);
  }
  if (issue.expected === 'never') throw new ApiError('UnknownParameter', `The parameter ${name} is not recognized.`);
  if (issue.received === 'undefined')
    throw new ApiError('MissingParameter', `The request is missing a required parameter ${name}.`);
  if (issue.type === 'picklist') throw new ApiError('InvalidParameterValue', `The value of ${name} is not allowed.`);
  throw new ApiError('InvalidParameter', `The value type of parameter ${name} is not valid.`);
}
