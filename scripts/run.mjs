// Runs a TypeScript file of this project on a Node that cannot: bundles it with esbuild (packages stay external)
// and imports the result in this same process, so that signals and exit codes are the script's own.
// usage: node scripts/run.mjs scripts/start.ts [arguments …]
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const entry = process.argv[2];
if (entry === undefined) {
  console.error('usage: node scripts/run.mjs <file.ts> [arguments …]');
  process.exit(2);
}
const outdir = path.join(root, 'node_modules', '.cache', 'websocket-order');
const outfile = path.join(outdir, `${path.relative(root, path.resolve(entry)).replaceAll(/[^a-z0-9]+/gi, '-')}.mjs`);
const { outputFiles } = await build({
  entryPoints: [path.resolve(entry)],
  outfile,
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  packages: 'external',
  sourcemap: 'inline',
  loader: { '.sql': 'text' },
  logLevel: 'warning',
  write: false,
});
mkdirSync(outdir, { recursive: true });
// Whole or not at all: the same script may be starting in another process.
writeFileSync(`${outfile}.${process.pid}`, outputFiles[0].contents);
renameSync(`${outfile}.${process.pid}`, outfile);
process.argv.splice(1, 2, entry);
await import(pathToFileURL(outfile).href);
