const { existsSync, statSync } = require('node:fs');
const path = require('node:path');

/** What takes longest, longest first, as the last lines of a run say. */
const longest = [
  'faults/frozen-link',
  'simulation/simulation',
  'web/shop/large-text',
  'faults/database',
  'web/shop/steadiness',
  'faults/pushes',
  'deploy/interrupted',
  'faults/resuming',
  'faults/killed-function',
  'web/page-offline',
  'deploy/apigateway',
  'webfunction/platform',
  'chat/story',
  'web/shop/silent-link',
  'browser/story',
  'aws/start',
  'faults/backup',
  'deploy/busy',
  'web/order/large-text',
  'e2e/start-problems',
  'deploy/webfunction',
  'deploy/first-account',
  'faults/changes',
  'e2e/odd-places',
  'web/shop/sound',
  'faults/container',
  'deploy/apigateway-gone',
  'webfunction/instances',
  'chat/queue',
  'chat/page',
  'web/order/looks',
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
