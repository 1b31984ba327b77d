import { copyFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type BuildOptions, build, type Metafile } from 'esbuild';
import { buildPages } from '../web/build.ts';
import { builtWhole } from './built-whole.ts';
import {
  buildGateway,
  buildPagesFunction,
  buildRedis,
  type Entry,
  redisApart,
  redisBundle,
  roomOn,
} from './gateway/package.ts';
import { sqlText } from './sql-text.ts';

const ordering = ['register', 'transport', 'cleanup', 'bill', 'get_shop_info', 'init_db', 'redeliver'];
const chat = ['register', 'transport', 'cleanup', 'worker'];

/** What the chat's room may be on: the conditions of `#room` in package.json, whose default is PostgreSQL. */
const stores = ['postgres', 'cos', 'redis', 'memory'];

/** Where every bundle begins that is for Tencent Cloud or for our own gateway. */
const entries: Readonly<Record<string, Entry>> = Object.fromEntries<Entry>([
  ...ordering.map(name => [name, { source: `functions/${name}/index.ts` }] as const),
  ...stores.flatMap(store =>
    chat.map(name => {
      const bundle = `${store === 'postgres' ? '' : `${store}/`}chat/${name}`;
      return [bundle, { source: `functions/chat/${name}/index.ts`, store }] as const;
    }),
  ),
  ['queue/chat/transport', { source: 'functions/chat/transport/queue.ts' }],
]);

/** Bytes per bundle, by function. */
export type BundleSizes = Record<string, number>;

/**
 * Bundles every function into `dist/<function>/index.js` (CommonJS), the pages into `dist/web`, the gateway with all it
 * needs into `dist/gateway`, and what serves the pages alone into `dist/pages`. Until all that is built, `dist` stays as it was; see `builtWhole`.
 */
export function buildAll(): Promise<BundleSizes> {
  const fill = async (folder: string) => {
    const outdir = path.join(folder, 'web');
    const [sizes] = await Promise.all([buildFunctions(folder), buildPages({ outdir, minify: true })]);
    await buildGateway({ ...options, outdir: folder }, entries);
    await buildPagesFunction({ ...options, outdir: folder });
    return { ...sizes, gateway: statSync(path.join(folder, 'gateway/index.js')).size };
  };
  // What `npm run pack` makes is its own affair.
  return builtWhole('dist', fill, { keeping: 'packages' });
}

/**
 * Bundles the functions, one file each, with everything they use and nothing else; esbuild's metafile stands beside.
 * `functions/<function>/aws.ts` becomes `dist/aws/<function>/index.js`, without the SDK that Lambda's Node has, and
 * `functions/chat/<function>/index.ts` becomes `dist/<store>/chat/<function>/index.js` once for each store.
 */
async function buildFunctions(folder: string): Promise<BundleSizes> {
  const names = [...Object.keys(entries), ...awsFunctions().map(name => `aws/${name}`)];
  const results = await Promise.all([
    ...stores.map(store =>
      build({
        ...options,
        ...roomOn(store),
        outdir: folder,
        entryPoints: Object.fromEntries(
          Object.entries(entries)
            .filter(([, entry]) => (entry.store ?? 'postgres') === store)
            .map(([name, { source }]) => [`${name}/index`, source]),
        ),
      }),
    ),
    build({
      ...options,
      outdir: folder,
      entryPoints: Object.fromEntries(awsFunctions().map(name => [`aws/${name}/index`, `functions/${name}/aws.ts`])),
      external: [...options.external, '@aws-sdk/*'],
    }),
  ]);
  const metafile = {
    inputs: Object.assign({}, ...results.map(({ metafile }) => metafile.inputs)) as Metafile['inputs'],
    outputs: Object.assign({}, ...results.map(({ metafile }) => metafile.outputs)) as Metafile['outputs'],
  };
  await putRedisBeside(metafile.outputs, path.join(folder, 'redis.js'));
  writeFileSync(
    path.join(folder, 'meta.json'),
    JSON.stringify({ ...metafile, outputs: inDist(metafile.outputs, folder) }),
  );
  return Object.fromEntries(names.map(name => [name, statSync(path.join(folder, name, 'index.js')).size]));
}

/** By the names that the files will have. */
function inDist(outputs: Metafile['outputs'], folder: string): Metafile['outputs'] {
  return Object.fromEntries(
    Object.entries(outputs).map(([file, output]) => [path.posix.join('dist', path.relative(folder, file)), output]),
  );
}

const options = {
  bundle: true,
  minify: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  // Asked for only where they are installed, and a bundle has to be the same everywhere: pg's other driver, and the
  // colours of a log that axios' dependencies could write.
  // The SDKs of clouds are loaded by who names functions there, from where they were installed.
  external: ['pg-native', 'supports-color', '@aws-sdk/client-lambda', 'tencentcloud-sdk-nodejs/*'],
  plugins: [redisApart, sqlText],
  // What is loaded late is loaded by require as well, which works wherever a bundle does.
  supported: { 'dynamic-import': false },
  metafile: true,
  legalComments: 'none',
  logLevel: 'warning',
} as const satisfies BuildOptions;

/** Functions that use Redis only when they are told to load it from a file of its own. */
async function putRedisBeside(outputs: Metafile['outputs'], once: string): Promise<void> {
  const users = Object.entries(outputs).filter(([, { imports }]) => imports.some(({ path }) => path === redisBundle));
  if (users.length === 0) return;
  await buildRedis(options, once);
  for (const [file] of users) copyFileSync(once, file.replace(/index\.js$/, 'redis.js'));
  rmSync(once);
}

/** The functions that have an entry for AWS. */
function awsFunctions(): string[] {
  return readdirSync('functions', { recursive: true, encoding: 'utf8' })
    .map(file => file.replaceAll('\\', '/'))
    .filter(file => file.endsWith('/aws.ts') && !file.startsWith('runtime/'))
    .map(file => file.slice(0, -'/aws.ts'.length));
}
