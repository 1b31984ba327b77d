const { spawnSync } = require('node:child_process');
const path = require('node:path');

/** Programs that some tests use and npm does not bring; the Debian packages have the same names. */
const programs = ['redis-server', 'pgbouncer', 'python3', 'curl'];

/** A jest reporter that ends the run with one plain line, for whoever reads only that. */
module.exports = class ClosingLine {
  onRunComplete(_, { numPassedTests, numFailedTests, numRuntimeErrorTestSuites, numPendingTests, testResults }) {
    // A file that could not be run at all has failed, though none of its tests has.
    const failed = numFailedTests + numRuntimeErrorTestSuites;
    const skipped = numPendingTests > 0 ? `, ${numPendingTests} skipped` : '';
    const missing = programs
      .filter(name => spawnSync(name, ['--version'], { stdio: 'ignore' }).error !== undefined)
      .map(name => `${name} was not found: tests that need it are skipped (Debian: apt-get install ${name})\n`);
    // Jest's own summary comes after the reporters.
    process.once('exit', () => {
      process.stderr.write(
        `${longest(testResults)}${missing.join('')}${numPassedTests} passed, ${failed} failed${skipped}\n`,
      );
    });
  }
};

/** The files that took longest, with their seconds, for whoever wants the run to be shorter. */
function longest(testResults) {
  const files = testResults.map(({ testFilePath, perfStats: { start = 0, end = 0 } }) => ({
    seconds: Math.round((end - start) / 1000),
    name: path.relative(process.cwd(), testFilePath),
  }));
  const shown = files.sort((a, b) => b.seconds - a.seconds).slice(0, 10);
  if (testResults.length < 10) return '';
  return `What took longest:\n${shown.map(({ seconds, name }) => `${String(seconds).padStart(6)} s  ${name}\n`).join('')}`;
}
