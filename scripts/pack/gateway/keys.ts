import { type Schema, unwrapped } from '../../../apigateway/server/option-faults.ts';
import { schema } from '../../../apigateway/server/options.ts';

/** Every key that a configuration may have, from the outside in; of a list its first member stands for all. */
export function keysOf(part: Schema = schema, at: readonly (string | number)[] = []): (string | number)[][] {
  const { type, item, entries } = unwrapped(part) as SchemaPart;
  if (type === 'array' && item !== undefined) return keysOf(item, [...at, 0]);
  return Object.entries(entries ?? {})
    .filter(([, each]) => unwrapped(each).type !== 'custom')
    .flatMap(([key, each]) => [[...at, key], ...keysOf(each, [...at, key])]);
}

/** What the parts of a schema of valibot may have. */
export interface SchemaPart {
  type: string;
  item?: Schema;
  entries?: Record<string, Schema>;
  options?: readonly unknown[];
  value?: Schema;
  pipe?: readonly { type: string; requirement?: unknown }[];
  default?: unknown;
}
