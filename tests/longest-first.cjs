const { existsSync, statSync } = require('node:fs');
const path = require('node:path');

/** What takes longest, longest first, as the last lines of a run say. */
const longest = [
  'simulation/simulation',
  'deploy/interrupted',
  'connections/room',
  'web/shop/steadiness',
  'deploy/apigateway',
  'simulation/wake-up',
  'faults/frozen-link',
  'deploy/refused',
  'faults/wake-up',
  'faults/container',
  'faults/database',
  'web/shop/large-text',
  'browser/story',
  'faults/pushes',
  'deploy/webfunction',
  'web/page-offline',
  'deploy/variants',
  'web/shop/sound',
  'chat/story',
].map(name => path.join(__dirname, `${name}.test.ts`));

/**
 * The order in which jest runs the files. Jest knows how long each took the last time, but on a fresh clone it goes by
 * their size: then the longest, which is a small file, comes last, and all workers but one wait for it.
 */
module.exports = class LongestFirst {
  sort(tests) {
    const missing = longest.filter(file => !existsSync(file));
    if (missing.length > 0) throw new Error(`tests/longest-first.cjs names what is not there: ${missing.join()}`);
    const rank = file => (longest.includes(file) ? longest.indexOf(file) : longest.length);
    const size = new Map(tests.map(({ path: file }) => [file, statSync(file).size]));
    return [...tests].sort((a, b) => rank(a.path) - rank(b.path) || size.get(b.path) - size.get(a.path));
  }

  allFailedTests(tests) {
    return tests;
  }

  cacheResults() {}
};
