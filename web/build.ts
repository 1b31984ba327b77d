import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type BuildOptions, build, context, type Metafile, type Plugin } from 'esbuild';

/** How the pages are built. With `watch` they are built again whenever a source changes, until the given `stop`. */
export interface PageOptions {
  outdir: string;
  minify: boolean;
  watch?: boolean;
}

const pages = ['order', 'shop'];

/**
 * Bundles the pages into `outdir`: `order.html`, `shop.html`, `config.json`, and under `assets/` their scripts and
 * styles, named by content, so that those may be cached for ever. Runs in the project's root.
 */
export async function buildPages({ outdir, minify, watch = false }: PageOptions): Promise<{ stop(): Promise<void> }> {
  const options: BuildOptions = {
    entryPoints: pages.flatMap(page => [`web/${page}/main.tsx`, `web/${page}/${page}.css`]),
    entryNames: '[dir]-[hash]',
    outbase: 'web',
    outdir: path.join(outdir, 'assets'),
    bundle: true,
    minify,
    format: 'esm',
    target: ['es2022', 'chrome109', 'firefox115', 'safari16'],
    jsx: 'automatic',
    jsxImportSource: 'preact',
    metafile: true,
    legalComments: 'none',
    logLevel: 'warning',
    plugins: [writeHtmlAfterwards(outdir)],
  };
  if (!watch) {
    await build(options);
    return { stop: async () => {} };
  }
  const watching = await context(options);
  await watching.rebuild();
  await watching.watch();
  return { stop: () => watching.dispose() };
}

function writeHtmlAfterwards(outdir: string): Plugin {
  return {
    name: 'html',
    setup({ onEnd }) {
      onEnd(({ metafile }) => {
        if (metafile === undefined) return; // the build failed, and said so
        mkdirSync(outdir, { recursive: true });
        for (const page of pages) writeFileSync(path.join(outdir, `${page}.html`), html(page, metafile, outdir));
        copyFileSync('web/config.json', path.join(outdir, 'config.json'));
      });
    },
  };
}

/** The page's source with the names of its entry points replaced by those of what became of them. */
function html(page: string, metafile: Metafile, outdir: string): string {
  let text = readFileSync(`web/${page}.html`, 'utf8');
  for (const [output, { entryPoint }] of Object.entries(metafile.outputs)) {
    if (entryPoint === undefined) continue;
    text = text.replaceAll(
      entryPoint.replace(/^web\//, ''),
      path.relative(outdir, path.resolve(output)).replaceAll('\\', '/'),
    );
  }
  return text;
}
