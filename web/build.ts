import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { build, type Metafile } from 'esbuild';
import { drawPictures } from './pictures/dishes.ts';
import { withPolicy } from './policy.ts';
import { buildTarget } from './support/browsers.ts';

/** How the pages are built. */
export interface PageOptions {
  outdir: string;
  minify: boolean;
  /** What becomes `config.json`, in place of `web/config.json`. The pages' policy lets them connect to nothing else. */
  config?: Readonly<Record<string, unknown>>;
}

const pages = ['order', 'shop', 'chat'];

/**
 * Builds the pages into `outdir`: `order.html`, `shop.html`, `chat.html`, `config.json`, what a home screen wants, for each page the
 * service worker that keeps its shell, and under `assets/` scripts and styles, named by content, so that those may be
 * cached for ever. Runs in the project's root.
 */
export async function buildPages({ outdir, minify, config = readConfig() }: PageOptions): Promise<void> {
  mkdirSync(outdir, { recursive: true });
  cpSync('web/icons', path.join(outdir, 'icons'), { recursive: true });
  writePictures(path.join(outdir, 'pictures'));
  writeFileSync(path.join(outdir, 'config.json'), `${JSON.stringify(config, undefined, 2)}\n`);
  const check = await buildCheck(outdir, minify);
  for (const page of pages) {
    const built = await buildPage(page, outdir, minify);
    const assets = assetsOf(built, outdir).set('support/check.ts', check);
    writeFileSync(path.join(outdir, `${page}.html`), html(page, assets, sharedOf(built, outdir), config));
    cpSync(`web/${page}.webmanifest`, path.join(outdir, `${page}.webmanifest`));
    await buildWorker(page, [...assets.values()], outdir, minify);
  }
}

/** The pictures of the demo shops, where their menus say. */
function writePictures(folder: string): void {
  mkdirSync(folder, { recursive: true });
  for (const [name, svg] of Object.entries(drawPictures())) writeFileSync(path.join(folder, `${name}.svg`), svg);
}

/** A page's script and style, and what the script loads later. Each page by itself: none waits for what two share. */
async function buildPage(page: string, outdir: string, minify: boolean): Promise<Metafile> {
  const { metafile } = await build({
    entryPoints: [`web/${page}/main.tsx`, `web/${page}/${page}.css`],
    entryNames: '[dir]-[hash]',
    chunkNames: `${page}-later-[hash]`,
    outbase: 'web',
    outdir: path.join(outdir, 'assets'),
    bundle: true,
    splitting: true,
    minify,
    format: 'esm',
    target: buildTarget,
    jsx: 'automatic',
    jsxImportSource: 'preact',
    metafile: true,
    legalComments: 'none',
    logLevel: 'warning',
  });
  return metafile;
}

/** What asks whether a browser can read the pages, for browsers that cannot. Returns its name. */
async function buildCheck(outdir: string, minify: boolean): Promise<string> {
  const { metafile } = await build({
    entryPoints: ['web/support/check.ts'],
    entryNames: '[name]-[hash]',
    outdir: path.join(outdir, 'assets'),
    bundle: true,
    minify,
    format: 'iife',
    target: 'es5',
    metafile: true,
    legalComments: 'none',
    logLevel: 'warning',
  });
  return path.posix.join('assets', path.basename(Object.keys(metafile.outputs)[0] ?? ''));
}

function readConfig(): Record<string, unknown> {
  return JSON.parse(readFileSync('web/config.json', 'utf8'));
}

/** A page's entry points, as its source names them, and what is loaded later, with the names of what became of them. */
function assetsOf({ outputs }: Metafile, outdir: string): Map<string, string> {
  const assets = new Map<string, string>();
  for (const [output, { entryPoint }] of Object.entries(outputs)) {
    const name = path.relative(outdir, path.resolve(output)).replaceAll('\\', '/');
    assets.set(entryPoint?.replace(/^web\//, '') ?? output, name);
  }
  return assets;
}

/** The parts of a page's script that it loads at once. */
function sharedOf({ outputs }: Metafile, outdir: string): string[] {
  const entry = Object.values(outputs).find(({ entryPoint }) => entryPoint?.endsWith('/main.tsx'));
  const atOnce = entry?.imports.filter(({ kind }) => kind === 'import-statement') ?? [];
  return atOnce.map(({ path: output }) => path.relative(outdir, path.resolve(output)).replaceAll('\\', '/'));
}

function html(
  page: string,
  assets: ReadonlyMap<string, string>,
  shared: readonly string[],
  config: Readonly<Record<string, unknown>>,
): string {
  let text = withPolicy(readFileSync(`web/${page}.html`, 'utf8'), config);
  for (const [source, name] of assets) text = text.replaceAll(source, name);
  // A page that is kept for times without a network is kept with all that it names (web/service-worker.ts).
  const later = [...assets.values()].filter(name => name.includes('-later-') && !shared.includes(name));
  // What the script shares with what is loaded later is loaded with it, and not only when the script has been read.
  const preloads = shared.map(name => `<link rel="modulepreload" href="${name}">`).join('');
  const meta = later.length === 0 ? '' : `<meta name="later" content="loads ${later.join(' ')}">`;
  return text.replace('</head>', `${preloads}${meta}</head>`);
}

async function buildWorker(page: string, assets: string[], outdir: string, minify: boolean): Promise<void> {
  const files = [`${page}.html`, 'config.json', `icons/${page}.svg`, ...assets];
  const hash = createHash('sha256');
  for (const file of files) hash.update(file).update(readFileSync(path.join(outdir, file)));
  const version = hash.digest('base64url').slice(0, 12);
  await build({
    entryPoints: { [`${page}-worker`]: 'web/service-worker.ts' },
    outdir,
    bundle: true,
    minify,
    format: 'iife',
    target: buildTarget,
    define: { SHELL: JSON.stringify({ page, version, files }) },
    legalComments: 'none',
    logLevel: 'warning',
  });
}
