import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { root } from './sources.ts';

/** What each function's bundle may carry of packages: these, and what they depend on. */
const packages: Record<string, string[]> = {
  register: ['pg'],
  cleanup: ['pg'],
  get_shop_info: ['pg'],
  bill: ['pg', 'axios', 'valibot'],
  transport: ['pg', 'axios', 'valibot'],
  init_db: ['pg', 'axios', 'valibot'],
  redeliver: ['pg', 'axios'],
};

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
  name: file.split('/').at(-2) ?? '',
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
    const wrong = inputs.filter(file => special.some(([pattern, by]) => pattern.test(file) && !by.includes(name)));
    expect(wrong).toEqual([]);
  });

  it.each(bundles)('of $name is smaller than 600 kB, without axios than 150 kB', ({ name, bytes }) => {
    expect(bytes).toBeGreaterThan(10_000);
    expect(bytes).toBeLessThan(packages[name]?.includes('axios') ? 600_000 : 150_000);
  });
});

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
