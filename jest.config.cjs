/** preact is a module that Jest does not load in CommonJS. Rules of a page that draw nothing need the signals alone. */
const signals = require.resolve('@preact/signals-core', { paths: [require.resolve('@preact/signals')] });

/** @type {import('jest').Config} */
module.exports = {
  testEnvironment: 'node',
  roots: ['<rootDir>/tests'],
  testMatch: ['**/*.test.ts', '**/*.test.tsx'],
  moduleNameMapper: { '^@preact/signals$': signals },
  transform: {
    '\\.sql$': '<rootDir>/tests/sql-transform.cjs',
    '\\.(ts|tsx)$': [
      '@swc/jest',
      {
        jsc: {
          target: 'es2023',
          parser: { syntax: 'typescript', tsx: true },
          transform: { react: { runtime: 'automatic', importSource: 'preact' } },
        },
        module: { type: 'commonjs' },
      },
    ],
  },
  globalSetup: '<rootDir>/tests/global-setup.ts',
  globalTeardown: '<rootDir>/tests/global-teardown.ts',
  testSequencer: '<rootDir>/tests/longest-first.cjs',
  // More than there are cores: most files wait for processes, browsers and clocks most of the time.
  maxWorkers: 4,
  // Ends what hangs. How long a thing may take is nothing that a test on a busy machine can say; the bench says it.
  testTimeout: 240_000,
};
