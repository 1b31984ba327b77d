import { existsSync } from 'node:fs';
import path from 'node:path';
import packageJson from '../../package.json';
import { type Node, parseSource, root, type Source, sourcesIn } from '../support/sources.ts';

/** What each part may import besides itself. Everything else is wrong, types included. */
const arrows: Record<string, string[]> = {
  scripts: [
    'entry',
    'use case',
    'runtime',
    'db',
    'shared',
    'tencent',
    'aws',
    'backplane',
    'server',
    'web',
    'domain',
    'tests',
  ],
  // What somebody may copy: a wiring of their own.
  examples: ['use case', 'runtime', 'shared', 'domain'],
  entry: ['runtime', 'tencent', 'aws'],
  'use case': ['shared', 'domain'],
  runtime: ['db', 'shared', 'tencent', 'aws', 'backplane', 'domain'],
  db: ['shared', 'domain'],
  // What both sides of the gateway go by: the Push port, addresses, origins, signatures.
  shared: [],
  tencent: ['shared', 'domain'],
  aws: ['shared', 'domain'],
  backplane: ['shared'],
  server: ['shared', 'tencent', 'aws', 'backplane'],
  web: [
    'functions/domain/allergens.ts',
    'functions/domain/minor-unit.ts',
    'functions/domain/amounts.ts',
    'functions/domain/answer.ts',
    'functions/domain/chat/frames.ts',
    'functions/domain/csv.ts',
    'functions/domain/frames.ts',
    'functions/domain/menu.ts',
    'functions/domain/menu-file/changes.ts',
    'functions/domain/menu-file/columns.ts',
    'functions/domain/menu-file/export.ts',
    'functions/domain/menu-file/fault.ts',
    'functions/domain/menu-file/import.ts',
    'functions/domain/overlap.ts',
    'functions/domain/periods-on.ts',
    'functions/domain/received.ts',
    'functions/domain/roles.ts',
    'functions/domain/visible.ts',
  ],
  domain: ['shared'],
};

/** The part a file belongs to. An entry is what a deployment names: one file for each dialect. */
function partOf(file: string): string {
  const [top = '', second = ''] = file.split('/');
  if (top === 'functions') {
    if (second === 'domain' || second === 'runtime') return second;
    return /\/(index|aws)\.ts$|^functions\/chat\/transport\/queue\.ts$/.test(file) ? 'entry' : 'use case';
  }
  // What stands beside the folders of `apigateway` is what both sides share.
  if (top === 'apigateway') return second.endsWith('.ts') ? 'shared' : second;
  return top;
}

/** The files of ours that an import means: of a name such as `#room` all that package.json has for it. */
function filesBehind(file: string, specifier: string): string[] {
  if (specifier.startsWith('#'))
    return Object.values(named[specifier] ?? {}).map(target => path.posix.normalize(target));
  return specifier.startsWith('.') ? [path.posix.join(path.posix.dirname(file), specifier)] : [];
}

const named = packageJson.imports as Readonly<Record<string, Readonly<Record<string, string>>>>;

function isAllowed(file: string, target: string): boolean {
  const [from, to] = [partOf(file), partOf(target)];
  // Every function is a part of its own.
  if (to === 'use case' && !['scripts', 'examples'].includes(from))
    return path.posix.dirname(file) === path.posix.dirname(target);
  if (from === to) return from !== 'entry';
  const allowed = arrows[from] ?? [];
  return allowed.includes(to) || allowed.includes(target);
}

/** The imports of a source that no arrow allows, as `file -> target`. */
function wrongIn({ file, imports }: Source): string[] {
  const wrong = imports.filter(specifier => filesBehind(file, specifier).some(target => !isAllowed(file, target)));
  // Only the gateway loads what it was told to: the functions.
  if (imports.includes('(computed)') && partOf(file) !== 'server') wrong.push('(computed)');
  return wrong.map(specifier => `${file} -> ${specifier}`);
}

/** Folders of tests whose files others may import: helpers, the stand-in of a cloud, the model of the whole system. */
const lending = ['support', 'cloud', 'simulation'];

/** What files of one folder of tests borrow from another that lends nothing, as `file -> target`. */
function borrowedIn({ file, imports }: Source): string[] {
  const folderOf = (each: string) => each.split('/')[1] ?? '';
  return imports
    .filter(specifier => specifier.startsWith('.'))
    .map(specifier => path.posix.join(path.posix.dirname(file), specifier))
    .filter(target => /^tests\/.+\//.test(target))
    .filter(target => !(file.startsWith('tests/') && folderOf(file) === folderOf(target)))
    .filter(target => !lending.includes(folderOf(target)))
    .map(target => `${file} -> ${target}`);
}

/** What a platform or a plugin looks for by its name. */
const calledFromOutside = ['main_handler', 'handler', 'TencentProvider'];

/** The exports that nothing needs, as `file: name`. Goes by names alone, so what shares its name with another may be missed. */
function unusedExports(all: readonly Source[], tests: readonly Source[]): string[] {
  const namesIn = new Map(
    [...all, ...tests].map(({ file, nodes }) => [
      file,
      nodes.flatMap(({ type, value }) => (type === 'Identifier' ? [String(value)] : [])),
    ]),
  );
  const usersOf = new Map<string, Set<string>>();
  for (const [file, names] of namesIn) {
    for (const name of names) usersOf.set(name, (usersOf.get(name) ?? new Set()).add(file));
  }
  return all.flatMap(({ file, nodes }) => {
    const own = namesIn.get(file) ?? [];
    const isUsed = ({ name, isType }: { name: string; isType: boolean }) => {
      const isUsedHere = own.filter(each => each === name).length > 1;
      const others = [...(usersOf.get(name) ?? [])].filter(each => each !== file);
      if (isType) return isUsedHere || others.length > 0;
      return others.some(each => isUsedHere || !each.startsWith('tests/'));
    };
    const exported = nodes.flatMap(exportsOf).filter(({ name }) => !calledFromOutside.includes(name));
    return exported.filter(each => !isUsed(each)).map(({ name }) => `${file}: ${name}`);
  });
}

/** What `export function f`, `export const c` or `export interface I` gives to others. */
function exportsOf({ type, declaration }: Node): { name: string; isType: boolean }[] {
  if (type !== 'ExportDeclaration') return [];
  const { type: kind, identifier, id, declarations } = declaration as Node & { declarations?: { id: Node }[] };
  const names = declarations?.map(each => each.id) ?? [(identifier ?? id) as Node];
  return names.flatMap(({ value }) => (typeof value === 'string' ? [{ name: value, isType: /^Ts/.test(kind) }] : []));
}

/** The files that stand in a circle of imports, or between two. */
function filesInCircles(all: readonly Source[]): string[] {
  const targetsOf = new Map(
    all.map(({ file, imports }) => [file, imports.flatMap(specifier => filesBehind(file, specifier))]),
  );
  // Whatever imports nothing that is left, or is imported by nothing that is left, stands in no circle.
  const left = new Set(targetsOf.keys());
  for (let before = -1; before !== left.size; ) {
    before = left.size;
    const imported = new Set([...left].flatMap(file => targetsOf.get(file) ?? []));
    for (const file of left) {
      const importsSomething = targetsOf.get(file)?.some(target => left.has(target));
      if (!importsSomething || !imported.has(file)) left.delete(file);
    }
  }
  return [...left].sort();
}

const sources = ['functions', 'db', 'apigateway', 'web', 'scripts', 'examples'].flatMap(sourcesIn);
const tests = sourcesIn('tests');

describe('imports', () => {
  it('are only those that an arrow allows', () => {
    expect(sources.flatMap(wrongIn)).toEqual([]);
  });

  it('lie in a part that the design knows', () => {
    expect(sources.filter(({ file }) => arrows[partOf(file)] === undefined).map(({ file }) => file)).toEqual([]);
  });

  it('name files that exist, with their extension', () => {
    const missing = sources.flatMap(({ file, imports }) =>
      imports
        .filter(specifier => /^[.#]/.test(specifier))
        .filter(specifier => {
          const targets = filesBehind(file, specifier);
          return targets.length === 0 || !targets.every(target => existsSync(path.join(root, target)));
        })
        .map(specifier => `${file} -> ${specifier}`),
    );
    expect(missing).toEqual([]);
  });

  it('make no circle, those of types included', () => {
    expect(filesInCircles([...sources, ...tests])).toEqual([]);
  });

  it('take what folders of tests share from tests/support', () => {
    expect([...sources, ...tests].flatMap(borrowedIn)).toEqual([]);
  });

  it('of frames.ts are none at all', () => {
    expect(sources.find(({ file }) => file === 'functions/domain/frames.ts')?.imports).toEqual([]);
  });
});

describe('exports', () => {
  it('are used: values by another file, and not by tests alone; types at least where they stand', () => {
    expect(unusedExports(sources, tests)).toEqual([]);
  });
});

describe('what is logged', () => {
  it('goes through one writer, so that every line has the same form', () => {
    const deployed = sources.filter(({ file }) => /^(functions|db|apigateway)\//.test(file));
    const writes = ({ nodes }: Source) => nodes.some(({ type, value }) => type === 'Identifier' && value === 'console');
    expect(deployed.filter(writes).map(({ file }) => file)).toEqual(['apigateway/log.ts']);
  });
});

describe('this check', () => {
  it('sees a circle of three files, one of them by its types alone', () => {
    const circle = [
      parseSource('db/a.ts', "import { b } from './b.ts'"),
      parseSource('db/b.ts', "import type { C } from './c.ts'"),
      parseSource('db/c.ts', "export { a } from './a.ts'"),
      parseSource('db/d.ts', "import { a } from './a.ts'"),
    ];
    expect(filesInCircles(circle)).toEqual(['db/a.ts', 'db/b.ts', 'db/c.ts']);
    expect(filesInCircles(circle.slice(1))).toEqual([]);
  });

  it('sees a helper that is borrowed from another folder of tests', () => {
    const borrows = (file: string, specifier: string) => borrowedIn(parseSource(file, `import '${specifier}'`));
    expect(borrows('tests/web/a.test.ts', '../chat/b.ts')).toEqual(['tests/web/a.test.ts -> tests/chat/b.ts']);
    expect(borrows('scripts/soak/a.ts', '../../tests/faults/b.ts')).toHaveLength(1);
    for (const lent of ['./b.ts', '../support/b.ts', '../cloud/cos/b.ts', '../../web/b.ts']) {
      expect(borrows('tests/web/a.test.ts', lent)).toEqual([]);
    }
  });

  it('sees what is exported for nobody, or for tests alone', () => {
    const product = [
      parseSource(
        'db/a.ts',
        'export function used() {} export const forTests = 1; export const inside = 2; use(inside)',
      ),
      parseSource(
        'db/b.ts',
        "import { used } from './a.ts'; export interface Nothing {} export type Own = 1; const o: Own = 1",
      ),
    ];
    const tests = [parseSource('tests/c.ts', "import { forTests } from '../db/a.ts'")];
    expect(unusedExports(product, tests)).toEqual(['db/a.ts: forTests', 'db/a.ts: inside', 'db/b.ts: Nothing']);
  });

  it('has looked at every part that is there', () => {
    const parts = new Set(sources.map(({ file }) => partOf(file)));
    for (const part of ['domain', 'runtime', 'entry', 'use case', 'db', 'tencent', 'server', 'web', 'scripts']) {
      expect(parts).toContain(part);
    }
    expect(sources.flatMap(({ imports }) => imports).length).toBeGreaterThan(200);
  });

  it.each([
    ['functions/domain/x.ts', "import { a } from '../../db/database.ts'"],
    ['functions/domain/x.ts', "import type { A } from '../bill/bill.ts'"],
    ['functions/domain/x.ts', "export * from '../runtime/store.ts'"],
    ['functions/domain/x.ts', "type A = import('../../db/orders.ts').RateLimits"],
    ['functions/domain/x.ts', "const a = await import('../../db/orders.ts')"],
    ['functions/domain/x.ts', "const a = require('../../db/orders.ts')"],
    ['functions/domain/x.ts', 'const a = await import(name)'],
    ['functions/bill/bill.ts', "import type { Database } from '../../db/database.ts'"],
    ['functions/bill/bill.ts', "import { billDependencies } from '../runtime/orders.ts'"],
    ['functions/bill/bill.ts', "import { ack } from '../transport/ack.ts'"],
    ['functions/bill/bill.ts', "import { main_handler } from './../register/index.ts'"],
    ['functions/bill/index.ts', "import { database } from '../../db/database.ts'"],
    ['functions/bill/index.ts', "import { transport } from '../transport/transport.ts'"],
    ['functions/runtime/x.ts', "import { gateway } from '../../apigateway/server/gateway.ts'"],
    ['db/x.ts', "import { subject } from '../functions/runtime/store.ts'"],
    ['db/x.ts', "import { sendBackPush } from '../apigateway/tencent/push.ts'"],
    ['apigateway/tencent/x.ts', "import { gateway } from '../server/gateway.ts'"],
    ['apigateway/tencent/x.ts', "import { gateway } from '../aws/gateway.ts'"],
    ['apigateway/server/x.ts', "import { main_handler } from '../../functions/bill/index.ts'"],
    ['apigateway/server/x.ts', "import { database } from '../../db/database.ts'"],
    ['apigateway/server/x.ts', "import { Refusal } from '../../functions/domain/refusal.ts'"],
    ['apigateway/backplane/x.ts', "import { nudgeFor } from '../../functions/domain/nudge.ts'"],
    ['web/order/x.tsx', "import type { ShopText } from '../../functions/domain/ports.ts'"],
    ['web/order/x.tsx', "import { migrate } from '../../db/migrate.ts'"],
    ['db/x.ts', "import { room } from '#room'"],
    ['examples/x/x.ts', "import { migrate } from '../../db/migrate.ts'"],
    ['db/x.ts', "import { buildAll } from '../scripts/bundles.ts'"],
    ['functions/runtime/x.ts', "import type { BillDependencies } from '../bill/bill.ts'"],
    ['functions/runtime/x.ts', "import { createTestDatabase } from '../../tests/support/postgres/database.ts'"],
  ])('sees what is wrong in %s: %s', (file, text) => {
    expect(wrongIn(parseSource(file, text))).toHaveLength(1);
  });

  it.each([
    [
      'functions/bill/index.ts',
      "import { bill } from './bill.ts'; import { billDependencies } from '../runtime/orders.ts'",
    ],
    ['functions/transport/x.ts', "import { ack } from './ack.ts'; import { v } from '../domain/ports.ts'"],
    ['functions/runtime/x.ts', "import { openDatabase } from '../../db/database.ts'; import { s } from './store.ts'"],
    ['apigateway/server/x.ts', "import type { A } from '../record.ts'; await import(name)"],
    [
      'web/order/x.tsx',
      "import type { Order } from '../../functions/domain/frames.ts'; import { m } from '../shared/money.ts'",
    ],
    [
      'scripts/x.ts',
      "import { gateway } from '../apigateway/server/gateway.ts'; import { bill } from '../functions/bill/bill.ts'",
    ],
  ])('lets what is right pass in %s: %s', (file, text) => {
    expect(wrongIn(parseSource(file, text))).toEqual([]);
  });
});
