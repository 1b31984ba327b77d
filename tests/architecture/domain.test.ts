import path from 'node:path';
import { type Node, parseSource, type Source, sourcesIn } from '../support/sources.ts';

/** Names that lead to a clock, the environment, or around these rules. */
const globals = new Set([
  'performance',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'process',
  'globalThis',
  'require',
  'fetch',
  'console',
]);

const providers = ['tencent', 'scf', 'aws', 'lambda', 'dynamo', 'dynamodb', 'cos', 'redis', 'postgres', 'postgresql'];

/** What the domain shares with the gateway, which the same rules hold for. */
const shared = ['push', 'origin', 'network-address', 'signature', 'closest'].map(name => `apigateway/${name}.ts`);

/** Whether a file of the domain may import this: what is of the domain, shared with the gateway, or pure besides. */
function isOwn(file: string, specifier: string): boolean {
  if (!specifier.startsWith('.')) return specifier === 'valibot' || specifier === 'node:crypto';
  const target = path.posix.join(path.posix.dirname(file), specifier);
  return target.startsWith('functions/domain/') || shared.includes(target);
}

/** What a source of the domain says that it must not; comments do not count. */
function impurities({ file, imports, nodes }: Source): string[] {
  const foreign = imports.filter(name => !isOwn(file, name)).map(name => `imports ${name}`);
  return [...foreign, ...nodes.flatMap(impurity)].map(what => `${file} ${what}`);
}

function impurity(node: Node): string[] {
  const found: string[] = [];
  if (node.type === 'Identifier' && globals.has(String(node.value))) found.push(`uses ${node.value}`);
  if (node.type === 'NewExpression' && nameOf(node.callee) === 'Date') found.push('uses new Date');
  if (node.type === 'CallExpression' && nameOf(node.callee) === 'Date') found.push('uses Date()');
  if (node.type === 'MemberExpression' && nameOf(node.object) === 'Date' && nameOf(node.property) === 'now') {
    found.push('uses Date.now');
  }
  for (const text of [node.value, node.raw, node.cooked]) {
    if (typeof text !== 'string') continue;
    found.push(...wordsOf(text).flatMap(word => (providers.includes(word) ? [`names ${word}`] : [])));
  }
  return [...new Set(found)];
}

function nameOf(node: unknown): unknown {
  return (node as Node | undefined)?.value;
}

/** `tencentPush`, `AWS_REGION` and `dynamo-db` are made of words. */
function wordsOf(text: string): string[] {
  return text
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
    .split(/[^A-Za-z0-9]+/)
    .map(word => word.toLowerCase());
}

const sources = [
  ...sourcesIn('functions/domain'),
  ...sourcesIn('apigateway').filter(({ file }) => shared.includes(file)),
];

describe('the domain', () => {
  it('has no clock, no environment, no provider’s word and no package but valibot', () => {
    expect(sources.length).toBeGreaterThan(15 + shared.length);
    expect(sources.flatMap(impurities)).toEqual([]);
  });
});

describe('this check', () => {
  it.each([
    'const now = Date.now();',
    'const now = new Date();',
    'const now = Date();',
    'const now = performance.now();',
    'setTimeout(() => {}, 1);',
    'setInterval(() => {}, 1);',
    'const secret = process.env.SECRET;',
    'const { env } = globalThis.process;',
    "import { readFileSync } from 'node:fs';",
    "import type { Server } from 'node:http';",
    "import axios from 'axios';",
    "import type { Pool } from 'pg';",
    "import { setTimeout } from 'node:timers/promises';",
    'type A = import("pg").Pool;',
    'function tencentPush() {}',
    "const store = 'redis';",
    'const text = `from postgres`;',
    'interface LambdaEvent { x: string }',
    'const AWS_REGION = 1;',
    "const dynamoDb = { 'cos-bucket': 1 };",
    'type Scf = string;',
  ])('sees: %s', text => {
    expect(impurities(parseSource('functions/domain/x.ts', text)).length).toBeGreaterThan(0);
  });

  it.each([
    '// what PostgreSQL cannot hold, and Tencent\nconst a = 1;',
    "import * as v from 'valibot'; import { createHash } from 'node:crypto'; import { a } from './frames.ts';",
    'const at = Date.parse(text);',
    'const cosine = Math.cosh(1); const processed = close; const laws = 1;',
    "const message = 'a process of its own';",
  ])('does not mind: %s', text => {
    expect(impurities(parseSource('functions/domain/x.ts', text))).toEqual([]);
  });
});
