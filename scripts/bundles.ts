import { copyFileSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { type BuildOptions, build, type Metafile } from 'esbuild';
import { buildPages } from '../web/build.ts';
import { buildGateway, buildRedis, redisApart, redisBundle } from './gateway/package.ts';

const functions = ['register', 'transport', 'cleanup', 'bill', 'get_shop_info', 'init_db', 'redeliver', ...chat('')];

/** The chat's functions that have an entry for something else than PostgreSQL, by their bundles. */
const chatEntries: Readonly<Record<string, string>> = Object.fromEntries([
  ...['cos', 'redis', 'memory'].flatMap(store =>
    chat(`${store}/`).map(name => [name, `functions/${name.slice(store.length + 1)}/${store}.ts`]),
  ),
  ['queue/chat/transport', 'functions/chat/transport/queue.ts'],
]);

function chat(folder: string): string[] {
  return ['register', 'transport', 'cleanup', 'worker'].map(name => `${folder}chat/${name}`);
}

/** Where every bundle begins that is for Tencent Cloud or for our own gateway. */
const entries: Readonly<Record<string, string>> = {
  ...Object.fromEntries(functions.map(name => [name, `functions/${name}/index.ts`])),
  ...chatEntries,
};

/** Bytes per bundle, by function. */
export type BundleSizes = Record<string, number>;

/**
 * Bundles every function into `dist/<function>/index.js` (CommonJS), the pages into `dist/web`, and the gateway with all
 * it needs into `dist/gateway`.
 */
export async function buildAll(): Promise<BundleSizes> {
  mkdirSync('dist', { recursive: true });
  const [sizes] = await Promise.all([buildFunctions(), buildPages({ outdir: 'dist/web', minify: true })]);
  await buildGateway(options, entries);
  return { ...sizes, gateway: statSync('dist/gateway/index.js').size };
}

/**
 * Bundles the functions, one file each, with everything they use and nothing else; esbuild's metafile stands beside.
 * `functions/<function>/aws.ts` becomes `dist/aws/<function>/index.js`, without the SDK that Lambda's Node has, and
 * `functions/chat/<function>/<store>.ts` becomes `dist/<store>/chat/<function>/index.js`.
 */
export async function buildFunctions(): Promise<BundleSizes> {
  const names = [...functions, ...Object.keys(chatEntries), ...awsFunctions().map(name => `aws/${name}`)];
  const [result, onAws] = await Promise.all([
    build({
      ...options,
      entryPoints: Object.fromEntries(Object.entries(entries).map(([name, source]) => [`${name}/index`, source])),
    }),
    build({
      ...options,
      entryPoints: Object.fromEntries(awsFunctions().map(name => [`aws/${name}/index`, `functions/${name}/aws.ts`])),
      external: [...options.external, '@aws-sdk/*'],
    }),
  ]);
  const metafile = {
    inputs: { ...result.metafile.inputs, ...onAws.metafile.inputs },
    outputs: { ...result.metafile.outputs, ...onAws.metafile.outputs },
  };
  await putRedisBeside(metafile.outputs);
  writeFileSync('dist/meta.json', JSON.stringify(metafile));
  return Object.fromEntries(names.map(name => [name, statSync(`dist/${name}/index.js`).size]));
}

const options = {
  outdir: 'dist',
  bundle: true,
  minify: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  // Asked for only where they are installed, and a bundle has to be the same everywhere: pg's other driver, and the
  // colours of a log that axios' dependencies could write.
  external: ['pg-native', 'supports-color'],
  plugins: [redisApart],
  // What is loaded late is loaded by require as well, which works wherever a bundle does.
  supported: { 'dynamic-import': false },
  loader: { '.sql': 'text' },
  metafile: true,
  legalComments: 'none',
  logLevel: 'warning',
} as const satisfies BuildOptions;

/** Functions that use Redis only when they are told to load it from a file of its own. */
async function putRedisBeside(outputs: Metafile['outputs']): Promise<void> {
  const users = Object.entries(outputs).filter(([, { imports }]) => imports.some(({ path }) => path === redisBundle));
  if (users.length === 0) return;
  await buildRedis(options, 'dist/redis.js');
  for (const [file] of users) copyFileSync('dist/redis.js', file.replace(/index\.js$/, 'redis.js'));
  rmSync('dist/redis.js');
}

/** The functions that have an entry for AWS. */
function awsFunctions(): string[] {
  return readdirSync('functions', { recursive: true, encoding: 'utf8' })
    .map(file => file.replaceAll('\\', '/'))
    .filter(file => file.endsWith('/aws.ts'))
    .map(file => file.slice(0, -'/aws.ts'.length));
}

/** Removes what earlier builds left. */
export function clean(): void {
  rmSync('dist', { recursive: true, force: true });
}
