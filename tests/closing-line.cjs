/** A jest reporter that ends the run with one plain line, for whoever reads only that. */
module.exports = class ClosingLine {
  onRunComplete(_, { numPassedTests, numFailedTests, numRuntimeErrorTestSuites, numPendingTests }) {
    // A file that could not be run at all has failed, though none of its tests has.
    const failed = numFailedTests + numRuntimeErrorTestSuites;
    const skipped = numPendingTests > 0 ? `, ${numPendingTests} skipped` : '';
    // Jest's own summary comes after the reporters.
    process.once('exit', () => process.stderr.write(`${numPassedTests} passed, ${failed} failed${skipped}\n`));
  }
};
