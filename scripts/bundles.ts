import { mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { build } from 'esbuild';
import { buildPages } from '../web/build.ts';

const functions = ['register', 'transport', 'cleanup', 'bill', 'get_shop_info', 'init_db', 'redeliver'];

/** Bytes per bundle, by function. */
export type BundleSizes = Record<string, number>;

/** Bundles every function into `dist/<function>/index.js` (CommonJS) and the pages into `dist/web`. */
export async function buildAll(): Promise<BundleSizes> {
  mkdirSync('dist', { recursive: true });
  const [sizes] = await Promise.all([buildFunctions(), buildPages({ outdir: 'dist/web', minify: true })]);
  return sizes;
}

/** Bundles the functions, one file each, with everything they use and nothing else; esbuild's metafile stands beside. */
export async function buildFunctions(): Promise<BundleSizes> {
  const result = await build({
    entryPoints: Object.fromEntries(functions.map(name => [`${name}/index`, `functions/${name}/index.ts`])),
    outdir: 'dist',
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    // Asked for only where they are installed, and a bundle has to be the same everywhere: pg's other driver, and the
    // colours of a log that axios' dependencies could write.
    external: ['pg-native', 'supports-color'],
    loader: { '.sql': 'text' },
    metafile: true,
    legalComments: 'none',
    logLevel: 'warning',
  });
  writeFileSync('dist/meta.json', JSON.stringify(result.metafile));
  return Object.fromEntries(functions.map(name => [name, statSync(`dist/${name}/index.js`).size]));
}

/** Removes what earlier builds left. */
export function clean(): void {
  rmSync('dist', { recursive: true, force: true });
}
