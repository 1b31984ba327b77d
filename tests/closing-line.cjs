const { spawnSync } = require('node:child_process');

/** Programs that some tests use and npm does not bring; the Debian packages have the same names. */
const programs = ['redis-server', 'python3'];

/** A jest reporter that ends the run with one plain line, for whoever reads only that. */
module.exports = class ClosingLine {
  onRunComplete(_, { numPassedTests, numFailedTests, numRuntimeErrorTestSuites, numPendingTests }) {
    // A file that could not be run at all has failed, though none of its tests has.
    const failed = numFailedTests + numRuntimeErrorTestSuites;
    const skipped = numPendingTests > 0 ? `, ${numPendingTests} skipped` : '';
    const missing = programs
      .filter(name => spawnSync(name, ['--version'], { stdio: 'ignore' }).error !== undefined)
      .map(name => `${name} was not found: tests that need it are skipped (Debian: apt-get install ${name})\n`);
    // Jest's own summary comes after the reporters.
    process.once('exit', () => {
      process.stderr.write(`${missing.join('')}${numPassedTests} passed, ${failed} failed${skipped}\n`);
    });
  }
};
