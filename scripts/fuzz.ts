import fc from 'fast-check';
import { fuzzTargets } from '../tests/support/fuzz/targets.ts';
import { soakArguments } from './soak/arguments.ts';

// `npm run fuzz -- --minutes 10 --seed N`: everything that reads what comes from outside, in turns, with inputs that
// follow from the seed. It ends with 1 at the first input that is neither read nor refused, and says how to see it again.
const RUNS_OF_A_TURN = 1_000;
const { seed, minutes } = soakArguments(process.argv.slice(2));
console.log(`fuzz: seed ${seed}, ${minutes} min`);

const until = performance.now() + minutes * 60_000;
let inputs = 0;
for (let turn = 0; performance.now() < until; turn++) {
  for (const { name, property } of fuzzTargets) {
    const details = await fc.check(property, { seed: (seed + turn) | 0, numRuns: RUNS_OF_A_TURN });
    inputs += details.numRuns;
    if (!details.failed) continue;
    console.error(`fuzz: seed ${seed}, turn ${turn}, ${name}: ${fc.defaultReportMessage(details)}`);
    process.exit(1);
  }
}
console.log(`fuzz: seed ${seed}, ${inputs} inputs for ${fuzzTargets.length} readers, nothing found`);
