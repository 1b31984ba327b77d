// In bundles esbuild's text loader does the same: an imported .sql file is its text.
module.exports = {
  process: source => ({ code: `module.exports = { __esModule: true, default: ${JSON.stringify(source)} };` }),
};
