import { type Schema, variantsOf } from '../../../apigateway/server/option-faults.ts';
import { schema } from '../../../apigateway/server/options.ts';

/** A key, and which dialect an API has to have for it. */
interface Key {
  path: (string | number)[];
  dialect: 'tencent' | 'aws';
}

/** Every key that a configuration may have, from the outside in; of a list its first member stands for all. */
export function keysOf(
  part: Schema = schema,
  path: readonly (string | number)[] = [],
  dialect: Key['dialect'] = 'tencent',
): Key[] {
  return variantsOf(part).flatMap((variant, index) => {
    const spoken = index > 0 ? 'aws' : dialect;
    const { type, item, entries } = variant as unknown as SchemaPart;
    if (type === 'array' && item !== undefined) return keysOf(item, [...path, 0], spoken);
    return Object.entries(entries ?? {})
      .filter(([, each]) => variantsOf(each)[0]?.type !== 'custom')
      .flatMap(([key, each]) => [{ path: [...path, key], dialect: spoken }, ...keysOf(each, [...path, key], spoken)]);
  });
}

/** What the parts of a schema of valibot may have. */
export interface SchemaPart {
  type: string;
  item?: Schema;
  entries?: Record<string, Schema>;
  options?: readonly unknown[];
  value?: Schema;
  literal?: unknown;
  pipe?: readonly { type: string; requirement?: unknown }[];
  default?: unknown;
}
