import fc from 'fast-check';
import { fuzzTargets } from '../support/fuzz/targets.ts';

// The short form of `npm run fuzz`, with other inputs each time; a failure names its seed.

test.each(fuzzTargets)('whatever comes as $name is read or refused', async ({ property }) => {
  await fc.assert(property, { numRuns: 300 });
});
