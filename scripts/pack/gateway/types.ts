import { readFileSync } from 'node:fs';
import { type Schema, variantsOf } from '../../../apigateway/server/option-faults.ts';
import { schema } from '../../../apigateway/server/options.ts';
import type { SchemaPart } from './keys.ts';
import { descriptionOf } from './schema.ts';

/** What stands in a source as it is declared there, so that nothing is written twice. */
const declared: [string, string[]][] = [
  ['apigateway/push.ts', ['PushOutcome', 'Push']],
  ['apigateway/log.ts', ['LogLevel', 'LogFields', 'Log']],
  ['apigateway/tencent/send-back.ts', ['SendBack']],
  ['apigateway/server/readiness.ts', ['Readiness', 'AskReadiness']],
  ['apigateway/server/targets/target.ts', ['EventFunction']],
  ['apigateway/server/options.ts', ['Elsewhere']],
  ['apigateway/server/gateway.ts', ['Gateway']],
];

/** Options that are functions. */
const functions: Readonly<Record<string, string>> = {
  target: 'EventFunction',
  register: 'EventFunction',
  transport: 'EventFunction',
  cleanup: 'EventFunction',
  routes: 'EventFunction',
  connectionId: '() => string',
  elsewhere: 'Elsewhere',
  health: '() => Promise<boolean>',
  readiness: 'AskReadiness',
  log: 'Log',
};

/** The type declarations of the package. */
export function typeDeclarations(): string {
  const kept = declared.flatMap(([file, names]) => names.map(name => declarationOf(name, file)));
  return [
    '/// <reference types="node" />',
    ...kept,
    `/** What \`startGateway\` takes: the content of gateway.json, and in process some functions besides. */\nexport interface GatewayOptions ${typeOf(schema, [])}`,
    '/**\n * Starts a gateway.\n * @throws Error when an option is wrong, a function or page is missing, or a port is taken.\n */\nexport declare function startGateway(options: GatewayOptions): Promise<Gateway>;',
    '',
  ].join('\n\n');
}

/** @throws Error when the source no longer declares it */
function declarationOf(name: string, file: string): string {
  const source = readFileSync(file, 'utf8');
  const declaration = new RegExp(
    `(?:^/\\*\\*(?:(?!\\*/)[\\s\\S])*?\\*/\\n)?^export (?:interface ${name} \\{[\\s\\S]*?^\\}|type ${name} =[\\s\\S]*?;\\n)`,
    'm',
  ).exec(source)?.[0];
  if (declaration === undefined) throw new Error(`${file} declares no ${name}`);
  return declaration.trim().replace("SecurityEvents['counts']", 'ReadonlyMap<string, number>');
}

function typeOf(part: Schema, at: readonly string[]): string {
  return variantsOf(part)
    .map(each => typeOfVariant(each, at))
    .join(' | ');
}

function typeOfVariant(part: Schema, at: readonly string[]): string {
  const { type, item, entries, options, literal, value } = part as unknown as SchemaPart;
  if (type === 'literal') return JSON.stringify(literal);
  if (type === 'custom') return functions[at.at(-1) ?? ''] ?? missing(at);
  if (type === 'picklist') return (options ?? []).map(each => JSON.stringify(each)).join(' | ');
  if (type === 'union') return [...new Set((options as Schema[]).map(each => typeOf(each, at)))].join(' | ');
  if (type === 'array') return `(${typeOf(item as Schema, at)})[]`;
  if (type === 'record') return `Record<string, ${typeOf(value as Schema, at)}>`;
  if (type !== 'strict_object') return type;
  const fields = Object.entries(entries ?? {}).map(([key, each]) => {
    const text = descriptionOf([...at, key]);
    const mark = each.type === 'optional' ? '?' : '';
    const type = typeOf(each, [...at, key]);
    return `${text === undefined ? '' : `/** ${text} */\n`}${key}${mark}: ${type}${mark === '' ? '' : ' | undefined'};`;
  });
  return `{\n${fields.join('\n')}\n}`;
}

function missing(at: readonly string[]): never {
  throw new Error(`nobody has said what type the function ${at.join('.')} has`);
}
