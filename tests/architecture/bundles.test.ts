import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { withoutCommentLines } from '../../scripts/sql-text.ts';
import { root } from '../support/sources.ts';

/** What each function's bundle may carry of packages: these, and what they depend on. */
const packages: Record<string, string[]> = {
  register: ['pg'],
  cleanup: ['pg'],
  get_shop_info: ['pg', 'valibot'],
  bill: ['pg', 'axios', 'valibot'],
  transport: ['pg', 'axios', 'valibot'],
  init_db: ['pg', 'axios', 'valibot'],
  redeliver: ['pg', 'axios'],
  'chat/register': ['pg'],
  'chat/transport': ['pg', 'axios', 'valibot'],
  'chat/cleanup': ['pg', 'axios'],
  'chat/worker': ['pg', 'axios', 'valibot'],
  'cos/chat/register': ['cos-nodejs-sdk-v5'],
  // What pushes carries pg for the backplane.
  'cos/chat/transport': ['pg', 'axios', 'valibot', 'cos-nodejs-sdk-v5'],
  'cos/chat/cleanup': ['pg', 'axios', 'cos-nodejs-sdk-v5'],
  'cos/chat/worker': ['pg', 'axios', 'valibot', 'cos-nodejs-sdk-v5'],
  // The client of Redis is a bundle of its own beside them.
  'redis/chat/register': [],
  'redis/chat/transport': ['pg', 'axios', 'valibot'],
  'redis/chat/cleanup': ['pg', 'axios'],
  'redis/chat/worker': ['pg', 'axios', 'valibot'],
  'memory/chat/register': [],
  'memory/chat/transport': ['pg', 'axios', 'valibot'],
  'memory/chat/cleanup': ['pg', 'axios'],
  'memory/chat/worker': ['pg', 'axios', 'valibot'],
  'queue/chat/transport': ['pg', 'axios'],
  // Lambda's Node brings the SDK.
  'aws/register': ['pg'],
  'aws/cleanup': ['pg'],
  'aws/get_shop_info': ['pg', 'valibot'],
  'aws/bill': ['pg', 'valibot'],
  'aws/transport': ['pg', 'valibot'],
  'aws/init_db': ['pg', 'valibot'],
  'aws/redeliver': ['pg', 'axios'],
  'aws/chat/register': [],
  'aws/chat/transport': ['valibot'],
  'aws/chat/cleanup': [],
};
/** The one store that a chat bundle carries, by the beginning of its name. */
const roomStores: [name: RegExp, store: string | undefined][] = [
  [/^chat\//, 'postgres-room'],
  [/^cos\/chat\//, 'cos'],
  [/^redis\/chat\//, 'redis'],
  [/^memory\/chat\//, 'memory'],
  [/^aws\/chat\//, 'dynamodb'],
  [/^queue\/chat\//, undefined],
];
const isOnAws = (name: string) => name.startsWith('aws/');

/** Own files that only the functions named may carry. */
const special: [pattern: RegExp, carriers: string[]][] = [
  [/^db\/(migrations\/|migrate\.ts|installation\.ts|demo-shops\.ts)/, ['init_db']],
  [/^db\/redelivery\.ts$/, ['redeliver']],
  [/^db\/orders\.ts$/, ['bill']],
  [/^db\/commands\.ts$/, ['transport']],
  [/^(tests|scripts|web|apigateway\/server|db\/embedded)\//, []],
];

/** A part of esbuild's metafile. */
interface Metafile {
  outputs: Record<string, { bytes: number; inputs: Record<string, { bytesInOutput: number }> }>;
}

const metafile = path.join(root, 'dist/meta.json');
if (!existsSync(metafile)) throw new Error('there is no dist/meta.json: run `npm run build` first');
const { outputs } = JSON.parse(readFileSync(metafile, 'utf8')) as Metafile;
const bundles = Object.entries(outputs).map(([file, { bytes, inputs }]) => ({
  name: file.replace(/^dist\/|\/index\.js$/g, ''),
  bytes,
  inputs: Object.keys(inputs),
}));

describe('the bundles', () => {
  it('are those of the functions', () => {
    expect(bundles.map(({ name }) => name).sort()).toEqual(Object.keys(packages).sort());
  });

  it.each(bundles)('of $name carries only the packages it needs', ({ name, inputs }) => {
    const carried = new Set(inputs.flatMap(packageOf));
    const allowed = withDependencies(packages[name] ?? []);
    expect([...carried].filter(each => !allowed.has(each))).toEqual([]);
    // Else this list would be out of date, or the bundle not looked at.
    for (const each of packages[name] ?? []) expect(carried).toContain(each);
  });

  it.each(bundles)('of $name carries nothing of what only others do', ({ name, inputs }) => {
    const names = [name, name.replace(/^aws\//, '')];
    const isWrong = (file: string) =>
      special.some(([pattern, by]) => pattern.test(file) && !by.some(each => names.includes(each)));
    const wrong = inputs.filter(isWrong);
    expect(wrong).toEqual([]);
  });

  it.each(bundles)('of $name carries no store of the chat but its own', ({ name, inputs }) => {
    const store = roomStores.find(([pattern]) => pattern.test(name))?.[1];
    const carried = inputs.filter(file => /^db\/connections\/(?!postgres\.ts)/.test(file));
    expect(carried).toEqual(store === undefined ? [] : [`db/connections/${store}.ts`]);
  });

  it.each(bundles)('of $name speaks one dialect', ({ name, inputs }) => {
    const other = isOnAws(name) ? /^apigateway\/tencent\// : /^apigateway\/aws\//;
    expect(inputs.filter(file => other.test(file))).toEqual([]);
  });

  it.each(bundles)('of $name is smaller than 600 kB, without axios than 200 kB, besides COS’ SDK and the migrations', ({
    name,
    bytes,
  }) => {
    const sdk = name.startsWith('cos/') ? 850_000 : 0;
    const migrations = name.endsWith('init_db') ? bytesOfMigrations() : 0;
    expect(bytes).toBeGreaterThan(1_000);
    expect(bytes).toBeLessThan(sdk + migrations + (packages[name]?.includes('axios') ? 600_000 : 200_000));
  });
});

/** As a bundle carries them. They only become more. */
function bytesOfMigrations(): number {
  const files = readdirSync('db/migrations').filter(name => name.endsWith('.sql'));
  const texts = files.map(name => withoutCommentLines(readFileSync(`db/migrations/${name}`, 'utf8')));
  return texts.reduce((all, text) => all + Buffer.byteLength(text), 0);
}

function packageOf(file: string): string[] {
  const name = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1];
  return name === undefined ? [] : [name];
}

function withDependencies(names: string[], all = new Set<string>()): Set<string> {
  for (const name of names) {
    const manifest = path.join(root, 'node_modules', name, 'package.json');
    if (all.has(name) || !existsSync(manifest)) continue;
    all.add(name);
    const { dependencies = {}, optionalDependencies = {} } = JSON.parse(readFileSync(manifest, 'utf8'));
    withDependencies(Object.keys({ ...dependencies, ...optionalDependencies }), all);
  }
  return all;
}
