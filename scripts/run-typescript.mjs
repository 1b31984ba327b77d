// Bundles a TypeScript file of this project with esbuild (packages stay external) and imports the result in this same
// process, so that signals and exit codes are the script's own. Called by run.mjs.
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const entry = process.argv[2];
if (entry === undefined) {
  console.error('usage: node scripts/run.mjs <file.ts> [arguments …]');
  process.exit(2);
}
const name = `${path.relative(root, path.resolve(entry)).replaceAll(/[^a-z0-9]+/gi, '-')}.mjs`;
const { outputFiles } = await build({
  entryPoints: [path.resolve(entry)],
  outfile: path.join(root, name),
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
process.argv.splice(1, 2, entry);
await import(pathToFileURL(writeBundle(outputFiles[0].contents)).href);

/** Where packages are found from. A checkout that cannot be written to gets a folder of its own for each start. */
function writeBundle(contents) {
  try {
    return writeWhole(path.join(root, 'node_modules', '.cache', 'websocket-order'), contents);
  } catch (error) {
    if (!['EROFS', 'EACCES', 'EPERM'].includes(error.code)) throw error;
    const folder = mkdtempSync(path.join(tmpdir(), 'websocket-order-'));
    process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
    symlinkSync(path.join(root, 'node_modules'), path.join(folder, 'node_modules'), 'junction');
    return writeWhole(folder, contents);
  }
}

/** Whole or not at all: the same script may be starting in another process. */
function writeWhole(folder, contents) {
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, name);
  writeFileSync(`${file}.${process.pid}`, contents);
  renameSync(`${file}.${process.pid}`, file);
  return file;
}
