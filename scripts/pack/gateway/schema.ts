import { readFileSync } from 'node:fs';
import { type Schema, variantsOf } from '../../../apigateway/server/option-faults.ts';
import { schema } from '../../../apigateway/server/options.ts';
import type { SchemaPart } from './keys.ts';

type Json = Record<string, unknown>;
type Path = readonly string[];

/** The JSON schema of a configuration file. */
export function jsonSchemaOfConfiguration(): Json {
  const whole = jsonSchemaOf(schema, []);
  const properties = { $schema: { type: 'string' }, ...(whole.properties as Json) };
  return { $schema: 'http://json-schema.org/draft-07/schema#', title: 'gateway.json', ...whole, properties };
}

function jsonSchemaOf(part: Schema, at: Path): Json {
  const { default: otherwise } = part as unknown as SchemaPart;
  const [first, ...others] = variantsOf(part).map(each => shapeOf(each, at));
  const description = descriptionOf(at);
  return {
    ...(description === undefined ? {} : { description }),
    ...(others.length === 0 ? first : { anyOf: [first, ...others] }),
    ...(otherwise === undefined || typeof otherwise === 'function' ? {} : { default: otherwise }),
  };
}

function shapeOf(part: Schema, at: Path): Json {
  const { type, item, entries, options, literal, pipe = [] } = part as unknown as SchemaPart;
  if (type === 'picklist') return { enum: options };
  if (type === 'literal') return { const: literal };
  if (type === 'union') return { anyOf: (options as Schema[]).filter(isInFile).map(each => shapeOf(each, at)) };
  if (type === 'array') return { type, items: jsonSchemaOf(item as Schema, at), ...boundsOf(type, pipe) };
  if (type !== 'strict_object') return { type: type === 'record' ? 'object' : type, ...boundsOf(type, pipe) };
  const kept = Object.entries(entries ?? {}).filter(([, each]) => variantsOf(each).every(isInFile));
  return {
    type: 'object',
    properties: Object.fromEntries(kept.map(([key, each]) => [key, jsonSchemaOf(each, [...at, key])])),
    required: kept.filter(([, each]) => each.type !== 'optional').map(([key]) => key),
    additionalProperties: false,
  };
}

/** Functions are given in process alone. */
function isInFile({ type }: Schema): boolean {
  return type !== 'custom';
}

function boundsOf(type: string, pipe: NonNullable<SchemaPart['pipe']>): Json {
  const bounds: Json = {};
  for (const { type: rule, requirement } of pipe) {
    if (rule === 'integer') bounds.type = 'integer';
    if (rule === 'min_value') bounds.minimum = requirement;
    if (rule === 'max_value') bounds.maximum = requirement;
    if (rule === 'gt_value') bounds.exclusiveMinimum = requirement;
    if (rule === 'min_length') bounds[type === 'array' ? 'minItems' : 'minLength'] = requirement;
    // JSON Schema knows no flags, so what is compared without regard to case is left out.
    if (rule === 'regex' && (requirement as RegExp).flags === '') bounds.pattern = (requirement as RegExp).source;
  }
  return bounds;
}

/** What docs/gateway-json.md says of a key. */
export function descriptionOf(at: Path): string | undefined {
  return descriptions().get(at.join('.')) ?? (at.length === 2 ? descriptions().get(`*.${at[1]}`) : undefined);
}

let read: Map<string, string> | undefined;

function descriptions(): Map<string, string> {
  if (read !== undefined) return read;
  const found = new Map<string, string>();
  for (const section of readFileSync('docs/gateway-json.md', 'utf8').split('\n## ')) {
    const prefix = section.startsWith('WebSocket APIs') ? 'websockets.' : '';
    for (const [, item = ''] of section.matchAll(/^- ((?:.|\n {2})+)/gm)) {
      const [, head = '', text = ''] = /^(.+?):\s+(.*)$/s.exec(item.replaceAll(/\n\s*/g, ' ')) ?? [];
      const plain = text.replaceAll(/\[([^\]]+)\]\([^)]*\)/g, '$1').replaceAll('`', '');
      for (const [, key = ''] of head.split(' (')[0]?.matchAll(/`(\w+)`/g) ?? []) {
        found.set(head.includes(' of a route') ? `*.${key}` : prefix + key, plain);
      }
    }
  }
  read = found;
  return found;
}
