import { writeFileSync } from 'node:fs';
import { soakArguments } from './soak/arguments.ts';
import { soak } from './soak/soak.ts';

// `npm run soak -- --seed N --minutes M --customers C --out FILE --full`: all faults at random, the same for the same seed.
// It fails when an invariant is violated. The function bundles in dist/ are what is tested.
const { seed, minutes, customers, out, isFull } = soakArguments(process.argv.slice(2));
console.log(`soak: seed ${seed}, ${minutes} min, ${customers} customers`);
const ending = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => ending.abort());

const { signal } = ending;
const result = await soak({ seed, minutes, customers, isFull, log: console.log, ending: signal }).catch(error => {
  if (!signal.aborted) throw error;
  console.error('soak: interrupted');
  process.exit(130);
});
if (out !== undefined) writeFileSync(out, `${JSON.stringify(result, null, 2)}\n`);
for (const violation of result.violations.slice(0, 50)) console.error(violation);
const { orders, lost, duplicated, unexpected, recovered, stalestMs, catchUpMs, violations } = result;
const injected = Object.values(result.faults).reduce((all, count) => all + count, 0);
console.log(
  `soak: seed ${seed}, ${orders} orders, ${injected} faults, ${lost} lost, ${duplicated} duplicated, ${unexpected} unexpected, ` +
    `${recovered} recovered, stalest ${stalestMs} ms, caught up in ${catchUpMs} ms, ${violations.length} violations`,
);
process.exitCode = violations.length > 0 ? 1 : 0;
