import { chmodSync, copyFileSync, cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type BuildOptions, build, type Plugin } from 'esbuild';
import type { GatewayOptions } from '../../apigateway/server/options.ts';

/** The Redis client as a bundle of its own, which lies beside those that load it when `REDIS_URL` is set. */
export const redisBundle = './redis.js';

/** Leaves the Redis client out of a bundle. */
export const redisApart: Plugin = {
  name: 'redis apart',
  setup({ onResolve }) {
    onResolve({ filter: /^redis$/ }, () => ({ path: redisBundle, external: true }));
  },
};

/** Where a bundle begins. */
export interface Entry {
  source: string;
  /** Which `#room` of package.json it is for; a function that has nothing to do with the chat's room is for none. */
  store?: string;
}

/** Makes `#room` the one on that store; PostgreSQL is the default. */
export function roomOn(store = 'postgres'): Pick<BuildOptions, 'conditions'> {
  // As soon as a condition is named, esbuild no longer adds this one.
  return { conditions: [store, 'module'] };
}

/** Writes the Redis client's bundle: without the commands of its modules, which nobody here uses. */
export async function buildRedis(options: BuildOptions, outfile: string): Promise<void> {
  const { outdir: _, metafile: __, plugins: ___, ...others } = options;
  await build({
    ...others,
    stdin: { contents: "export { createClient } from '@redis/client';", resolveDir: '.' },
    external: ['@node-rs/xxhash', '@opentelemetry/api'],
    outfile,
  });
}

/**
 * Makes `gateway` in `options.outdir`, the whole package of the gateway as a web function or in a container: `index.js`, `functions.js`
 * with every function that gateway.json names in one bundle, so that they share a pool, `redis.js`, `gateway.json`,
 * `scf_bootstrap` and the pages of `web` beside it. `entries` are the sources of bundles.
 * @throws Error when gateway.json names a bundle that is none of those, or chat rooms on two stores
 */
export async function buildGateway(
  options: BuildOptions & { outdir: string },
  entries: Readonly<Record<string, Entry>>,
): Promise<void> {
  const { outdir, metafile: _, ...others } = options;
  const folder = path.join(outdir, 'gateway');
  mkdirSync(folder, { recursive: true });
  const text = readFileSync('gateway.json', 'utf8');
  const targets = targetsIn(text, entries);
  const [store, another] = new Set(targets.flatMap(target => target.store ?? []));
  if (another !== undefined) throw new Error(`gateway.json names chat rooms on ${store} and on ${another}`);
  const exported = targets.map(({ source, name, as }) => `export { ${name} as ${as} } from './${source}';`);
  await Promise.all([
    build({ ...others, entryPoints: ['scripts/gateway/main.ts'], outfile: `${folder}/index.js` }),
    build({
      ...others,
      ...roomOn(store),
      stdin: { contents: exported.join('\n'), resolveDir: '.', sourcefile: 'functions.ts' },
      outfile: `${folder}/functions.js`,
    }),
    buildRedis(options, `${folder}/redis.js`),
  ]);
  writeFileSync(`${folder}/gateway.json`, packaged(text, targets));
  putStartAndPages(outdir, folder);
}

/**
 * Makes `pages` in `options.outdir`, the package of the pages as a web function of their own: `index.js` and what
 * gateway.json says of serving files.
 */
export async function buildPagesFunction(options: BuildOptions & { outdir: string }): Promise<void> {
  const { outdir, metafile: _, ...others } = options;
  const folder = path.join(outdir, 'pages');
  mkdirSync(folder, { recursive: true });
  const { routes: __, websockets: ___, timers: ____, ...rest } = JSON.parse(readFileSync('gateway.json', 'utf8'));
  await build({ ...others, entryPoints: ['scripts/gateway/pages.ts'], outfile: `${folder}/index.js` });
  writeFileSync(`${folder}/gateway.json`, packaged(JSON.stringify(rest), []));
  putStartAndPages(outdir, folder);
}

function putStartAndPages(outdir: string, folder: string): void {
  copyFileSync('scripts/gateway/scf_bootstrap', `${folder}/scf_bootstrap`);
  chmodSync(`${folder}/scf_bootstrap`, 0o755);
  const pages = path.join(outdir, 'web');
  if (existsSync(pages)) cpSync(pages, `${folder}/web`, { recursive: true });
}

/** A function that gateway.json names: where it comes from, and its name in `functions.js`. */
interface Target extends Entry {
  text: string;
  name: string;
  as: string;
}

/** The targets that are bundles of ours; URLs and other modules are left as they are. */
function targetsIn(text: string, entries: Readonly<Record<string, Entry>>): Target[] {
  const found = new Map<string, Target>();
  for (const [, target = '', place = '', name = ''] of text.matchAll(/"(dist\/([\w/]+)\/index\.js#(\w+))"/g)) {
    const entry = entries[place];
    if (entry === undefined) throw new Error(`gateway.json names ${target}, which is not among the bundles`);
    const as = place.replaceAll('/', '_') + (name === 'main_handler' ? '' : `_${name}`);
    found.set(target, { ...entry, text: target, name, as });
  }
  return [...found.values()];
}

function packaged(text: string, targets: Target[]): string {
  const options = JSON.parse(
    targets.reduce((all, { text: target, as }) => all.replaceAll(`"${target}"`, `"functions.js#${as}"`), text),
  ) as GatewayOptions;
  if (options.pages !== undefined) options.pages.directory = 'web';
  return `${JSON.stringify(options, null, 2)}\n`;
}
