import type * as v from 'valibot';
import { closest } from '../closest.ts';

/** What is wrong with one option. */
export interface OptionFault {
  /** Keys and indexes from the outside in. */
  path: (string | number)[];
  /** What it must be, or what to do. Of a secret never the value. */
  message: string;
}

/** Any part of the schema of the options. */
export type Schema = v.GenericSchema;

/** Says what an issue of valibot means to whoever wrote the options. */
export function faultOf(issue: v.BaseIssue<unknown>, schema: Schema): OptionFault {
  const path = (issue.path ?? []).map(({ key }) => key as string | number);
  return { path, message: messageOf(issue, path, schema) };
}

function messageOf(issue: v.BaseIssue<unknown>, path: readonly (string | number)[], schema: Schema): string {
  const { type, expected, received, message } = issue;
  if (type === 'strict_object' && expected === 'never') {
    const near = closest(String(path.at(-1)), keysAt(path.slice(0, -1), schema));
    return near === undefined ? 'there is no such key' : `there is no such key; did you mean ${near}?`;
  }
  if (type === 'strict_object' && received === 'undefined') return 'is missing';
  if (!message.startsWith('Invalid ')) return message;
  const isSecret = path.some(part => /secret|key/i.test(String(part)));
  return `must be ${wordOf(expected ?? '')}${isSecret ? '' : `; it is ${received}`}`;
}

const words: Readonly<Record<string, string>> = {
  Object: 'an object, as in {}',
  Array: 'a list, as in []',
  string: 'a text, in quotes',
  number: 'a number',
  boolean: 'true or false',
};

function wordOf(expected: string): string {
  return words[expected] ?? expected.replaceAll('"', '');
}

/** The keys that may stand at a path, whatever else is chosen there. */
function keysAt(path: readonly (string | number)[], schema: Schema): string[] {
  let at = variantsOf(schema);
  for (const part of path) {
    at = at.flatMap(each => {
      const { item, entries } = each as { item?: Schema; entries?: Record<string, Schema> };
      const next = typeof part === 'number' ? item : entries?.[part];
      return next === undefined ? [] : variantsOf(next);
    });
  }
  return at.flatMap(each => Object.keys((each as { entries?: Record<string, Schema> }).entries ?? {}));
}

/** What stands behind `optional`; of an API, whose schema depends on its dialect, one for each of them. */
export function variantsOf(schema: Schema): Schema[] {
  const { wrapped, getter } = schema as { wrapped?: Schema; getter?: (value: unknown) => Schema };
  if (wrapped !== undefined) return variantsOf(wrapped);
  return getter === undefined ? [schema] : [getter({}), getter({ dialect: 'aws' })];
}
