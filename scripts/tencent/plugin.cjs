// The provider plugin that serverless.yml names. `sls` loads plugins with require(), on a Node that cannot run TypeScript:
// so the sources are bundled first (packages stay external), as scripts/run.mjs does for scripts.
const { mkdirSync, renameSync, writeFileSync } = require('node:fs');
const path = require('node:path');
const { buildSync } = require('esbuild');

const root = path.dirname(path.dirname(__dirname));
const outdir = path.join(root, 'node_modules', '.cache', 'websocket-order');
const outfile = path.join(outdir, 'scripts-tencent-plugin.cjs');
const { outputFiles } = buildSync({
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
  write: false,
});
mkdirSync(outdir, { recursive: true });
// Whole or not at all: another `sls` may be starting at this moment.
writeFileSync(`${outfile}.${process.pid}`, outputFiles[0].contents);
renameSync(`${outfile}.${process.pid}`, outfile);
module.exports = require(outfile).TencentProvider;
