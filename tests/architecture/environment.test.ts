import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import {
  chatLeaseSeconds,
  connectionCaps,
  neededRedisUrl,
  poolSize,
  rateLimits,
  setting,
} from '../../functions/runtime/environment.ts';
import { gatewayOptions } from '../../scripts/gateway/options.ts';
import { localOptions } from '../../scripts/local/options.ts';
import { readAccess } from '../../scripts/tencent/service/access.ts';
import { type Node, parseSource, root, type Source, sourcesIn } from '../support/sources.ts';
import { allVariables, knownVariables, readers } from '../support/variables.ts';

// A variable that is set to nothing counts as unset, for everything that reads one.

const configured = JSON.parse(readFileSync(path.join(root, 'gateway.json'), 'utf8'));
const access = { TENCENT_SECRET_ID: 'id', TENCENT_SECRET_KEY: 'key' };

/** What everything that reads variables makes of an environment. */
const readings: Record<string, (environment: Record<string, string>) => unknown> = {
  'npm start': localOptions,
  'the gateway': environment => gatewayOptions(configured, environment),
  'npx sls deploy': environment => readAccess('ap-guangzhou', { ...environment, ...access }),
  'the functions': environment => {
    const before = process.env;
    process.env = environment;
    try {
      return [poolSize(), chatLeaseSeconds(), rateLimits(), connectionCaps(), setting('TOKEN_SECRET', 'another')];
    } finally {
      process.env = before;
    }
  },
};

test('9.11: the variables are known', () => {
  const some = [
    'TOKEN_SECRET',
    'PORT',
    'DATABASE_POOL_SIZE',
    'TENCENT_TOKEN',
    'CHAT_STORE',
    'STOP_CODE',
    'CORS_ORIGIN',
  ];
  expect(knownVariables()).toEqual(expect.arrayContaining(some));
});

describe.each(['', ' \t'])('9.11: variables that are all set to %j', value => {
  test.each(Object.entries(readings))('count as unset for %s', (_, read) => {
    expect(read(allVariables(value))).toEqual(read({}));
  });

  test('are missed by name where there is no default', () => {
    expect(() => readAccess('ap-guangzhou', allVariables(value))).toThrow(
      /TENCENT_SECRET_ID and TENCENT_SECRET_KEY not set/,
    );
  });

  test.each(['serverless.yml', 'serverless.aws.yml', 'serverless.apigateway.yml'])('count as unset in %s', file => {
    const text = readFileSync(path.join(root, file), 'utf8');
    const names = [...text.matchAll(/scripts\/given\.cjs\):(\w+)/g)].map(([, name = '']) => name);
    expect(text).not.toContain('env:');
    const { stdout } = spawnSync(process.execPath, ['-p', "JSON.stringify(require('./scripts/given.cjs'))"], {
      cwd: root,
      encoding: 'utf8',
      env: { ...Object.fromEntries(names.map(name => [name, value])), OTHER: ' kept ' },
    });
    expect(names).not.toEqual([]);
    expect(JSON.parse(stdout)).toEqual({ OTHER: 'kept' });
  });
});

test('9.11: nothing reads a variable but by `given`', () => {
  const inOtherWays = readers.filter(readsVariables).map(({ file }) => file);
  expect(inOtherWays).toEqual([
    // The gateway knows no function's settings: it finds credentials for SCF as AWS' SDK finds its own.
    'apigateway/server/targets/scf-caller.ts',
    // It passes on what PostgreSQL's programs need of the system.
    'db/embedded/server-user.ts',
    'functions/runtime/environment.ts',
    // It gives a function the settings that a deployment would.
    'scripts/bench/flooded-gateway.ts',
  ]);
});

test('a variable that has a reader which checks it is read by that alone', () => {
  const own = readFileSync(path.join(root, 'functions/runtime/environment.ts'), 'utf8');
  const checked = [...own.matchAll(/\b(?:setting|count)\('(\w+)'/g)].map(([, name = '']) => name);
  expect(checked).toContain('REDIS_URL');
  const around = sourcesIn('functions')
    .filter(({ file }) => file !== 'functions/runtime/environment.ts')
    .flatMap(({ file, nodes }) => nodes.filter(asksFor(checked)).map(() => file));
  expect(around).toEqual([]);
});

test.each([
  'redis.example:6379',
  'https://redis.example',
  'redis://',
])('a chat on Redis does not begin with %s', value => {
  expect(() => neededRedisUrl({ REDIS_URL: value })).toThrow('REDIS_URL: is no Redis URL');
});

test('a chat on Redis says that its variable is not set', () => {
  expect(() => neededRedisUrl({ REDIS_URL: ' ' })).toThrow('the environment variable REDIS_URL is not set');
});

test('9.11: that check finds each way of reading one', () => {
  const finds = (text: string) => readsVariables(parseSource('some.ts', text));
  expect(['x = process.env.X', 'f(environment[name])', 'const { X } = process.env'].map(finds)).toEqual([
    true,
    true,
    true,
  ]);
  expect(['process.env.X = given("X")', 'f(process.env)', 'delete environment[name]'].map(finds)).toEqual([
    false,
    false,
    false,
  ]);
});

/** `setting('NAME')`, for one of these names. */
function asksFor(names: readonly string[]): (node: Node) => boolean {
  return ({ type, callee, arguments: given }) => {
    if (type !== 'CallExpression' || (callee as Node).value !== 'setting') return false;
    const [first] = given as { expression: Node }[];
    return names.includes(String(first?.expression.value));
  };
}

/** Whether a source reads a variable, and does not only set or delete it. */
function readsVariables({ nodes }: Source): boolean {
  const changed = new Set(nodes.map(changedIn));
  return nodes.some(node => (isVariable(node) && !changed.has(node)) || isTakenApart(node));
}

function changedIn({ type, operator, left, argument }: Node): unknown {
  if (type === 'AssignmentExpression' && operator === '=') return left;
  return type === 'UnaryExpression' && operator === 'delete' ? argument : undefined;
}

/** `process.env.NAME`, `environment[name]`. */
function isVariable({ type, object, property }: Node): boolean {
  if (type !== 'MemberExpression' || !isEnvironment(object)) return false;
  const { type: kind, value: name = '' } = property as { type: string; value?: string };
  return kind === 'Computed' || /^[A-Z]/.test(name);
}

/** `const { NAME } = process.env`. */
function isTakenApart({ type, id, init }: Node): boolean {
  return type === 'VariableDeclarator' && (id as Node).type === 'ObjectPattern' && isEnvironment(init);
}

/** `process.env`, or what functions are given of it. */
function isEnvironment(value: unknown): boolean {
  const { type, value: name, property } = (value ?? {}) as { type?: string; value?: string; property?: Node };
  return type === 'Identifier' ? name === 'environment' : type === 'MemberExpression' && property?.value === 'env';
}
