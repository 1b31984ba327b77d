import { existsSync } from 'node:fs';
import path from 'node:path';
import { parseSource, root, type Source, sourcesIn } from './sources.ts';

/** What each part may import besides itself. Everything else is wrong, types included. */
const arrows: Record<string, string[]> = {
  scripts: ['entry', 'use case', 'runtime', 'db', 'tencent', 'aws', 'backplane', 'server', 'web', 'domain', 'tests'],
  entry: ['runtime'],
  'use case': ['domain'],
  runtime: ['db', 'tencent', 'aws', 'backplane', 'domain'],
  db: ['domain'],
  tencent: ['domain'],
  aws: ['domain'],
  backplane: ['domain'],
  server: ['tencent', 'backplane', 'domain'],
  web: ['functions/domain/frames.ts', 'functions/domain/chat-frames.ts'],
  domain: [],
};

/** The part a file belongs to. An entry is what a deployment names: one file for each dialect. */
function partOf(file: string): string {
  const [top = '', second = ''] = file.split('/');
  if (top === 'functions') {
    if (second === 'domain' || second === 'runtime') return second;
    return /\/(index|aws)\.ts$|^functions\/chat\/\w+\/(cos|redis|memory|queue)\.ts$/.test(file) ? 'entry' : 'use case';
  }
  return top === 'apigateway' ? second : top;
}

function isAllowed(file: string, target: string): boolean {
  const [from, to] = [partOf(file), partOf(target)];
  // Every function is a part of its own.
  if (to === 'use case' && from !== 'scripts') return path.posix.dirname(file) === path.posix.dirname(target);
  if (from === to) return from !== 'entry';
  const allowed = arrows[from] ?? [];
  return allowed.includes(to) || allowed.includes(target);
}

/** The imports of a source that no arrow allows, as `file -> target`. */
function wrongIn({ file, imports }: Source): string[] {
  const targets = imports
    .filter(specifier => specifier.startsWith('.'))
    .map(specifier => path.posix.join(path.posix.dirname(file), specifier));
  const wrong = targets.filter(target => !isAllowed(file, target));
  // Only the gateway loads what it was told to: the functions.
  if (imports.includes('(computed)') && partOf(file) !== 'server') wrong.push('(computed)');
  return wrong.map(target => `${file} -> ${target}`);
}

const sources = ['functions', 'db', 'apigateway', 'web', 'scripts'].flatMap(sourcesIn);

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
        .filter(specifier => specifier.startsWith('.'))
        .filter(specifier => !existsSync(path.join(root, path.dirname(file), specifier)))
        .map(specifier => `${file} -> ${specifier}`),
    );
    expect(missing).toEqual([]);
  });

  it('of frames.ts are none at all', () => {
    expect(sources.find(({ file }) => file === 'functions/domain/frames.ts')?.imports).toEqual([]);
  });
});

describe('this check', () => {
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
    ['functions/bill/bill.ts', "import { world } from '../runtime/tencent-orders.ts'"],
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
    ['web/order/x.tsx', "import type { ShopText } from '../../functions/domain/ports.ts'"],
    ['web/order/x.tsx', "import { migrate } from '../../db/migrate.ts'"],
    ['db/x.ts', "import { buildAll } from '../scripts/bundles.ts'"],
    ['functions/runtime/x.ts', "import type { BillWorld } from '../bill/bill.ts'"],
    ['functions/runtime/x.ts', "import { createTestDatabase } from '../../tests/postgres/database.ts'"],
  ])('sees what is wrong in %s: %s', (file, text) => {
    expect(wrongIn(parseSource(file, text))).toHaveLength(1);
  });

  it.each([
    [
      'functions/bill/index.ts',
      "import { bill } from './bill.ts'; import { world } from '../runtime/tencent-orders.ts'",
    ],
    ['functions/transport/x.ts', "import { ack } from './ack.ts'; import { v } from '../domain/ports.ts'"],
    ['functions/runtime/x.ts', "import { openDatabase } from '../../db/database.ts'; import { s } from './store.ts'"],
    ['apigateway/server/x.ts', "import type { A } from '../tencent/record.ts'; await import(name)"],
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
