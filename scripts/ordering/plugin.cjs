// The provider plugin that serverless.yml names. `sls` loads plugins with require(), on a Node that cannot run TypeScript:
// so the sources are bundled first (packages stay external), as scripts/run.mjs does for scripts, unless they are the same
// as the last time.
const { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } = require('node:fs');
const path = require('node:path');

const root = path.dirname(path.dirname(__dirname));
const outdir = path.join(root, 'node_modules', '.cache', 'websocket-order');
const outfile = path.join(outdir, 'scripts-ordering-plugin.cjs');
/** What begins the bundle: its sources, each with the time of its last change and its size. */
const mark = '// sources: ';
if (!isUpToDate()) bundle();
module.exports = require(outfile).TencentProvider;

function isUpToDate() {
  try {
    const [first] = readFileSync(outfile, 'utf8').split('\n', 1);
    if (!first.startsWith(mark)) return false;
    const states = JSON.parse(first.slice(mark.length));
    return Object.entries(states).every(([file, state]) => stateOf(file) === state);
  } catch {
    // No bundle yet, or a source that is gone.
    return false;
  }
}

function bundle() {
  const { buildSync } = require('esbuild');
  const { outputFiles, metafile } = buildSync({
    absWorkingDir: root,
    entryPoints: [path.join(__dirname, 'plugin.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    packages: 'external',
    sourcemap: 'inline',
    loader: { '.sql': 'text' },
    logLevel: 'warning',
    metafile: true,
    write: false,
  });
  const sources = [...Object.keys(metafile.inputs), path.relative(root, __filename)];
  const states = Object.fromEntries(sources.map(file => [file, stateOf(file)]));
  mkdirSync(outdir, { recursive: true });
  // Whole or not at all: another `sls` may be starting at this moment.
  const whole = `${outfile}.${process.pid}`;
  writeFileSync(whole, `${mark}${JSON.stringify(states)}\n${outputFiles[0].text}`);
  renameSync(whole, outfile);
}

function stateOf(file) {
  const { mtimeMs, size } = statSync(path.join(root, file));
  return `${mtimeMs} ${size}`;
}
