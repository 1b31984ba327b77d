// Looks whether Tencent Cloud does what a deployment relies on: makes two small functions in a stage of their own, calls,
// changes and removes them. Costs next to nothing. With --record the calls are written down, without secrets and without
// what is the account's own, so that they can be sent to the project: docs/deploying.md says what for.
// usage: npm run deploy:check -- [--record [file.json]]
import { writeFileSync } from 'node:fs';
import { given } from '../functions/runtime/environment.ts';
import { openCloud } from './tencent/cloud.ts';
import { readAccess } from './tencent/service/settings.ts';
import { type Finding, probe, type SeenCall } from './tencent/steps/probe.ts';

const [option, file = 'deploy-check.json'] = process.argv.slice(2);
if (option !== undefined && option !== '--record') {
  console.error(`unknown argument ${option}: npm run deploy:check -- [--record [file.json]]`);
  process.exit(2);
}
const calls: SeenCall[] = [];
let found: Finding[] = [];
try {
  const region = given('TENCENT_REGION', process.env) ?? 'ap-guangzhou';
  const cloud = openCloud(readAccess(region, process.env));
  found = await probe(cloud, calls);
  for (const { what, isSo } of found) console.log(`${isSo ? 'yes' : 'NO '}  ${what}`);
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
if (found.some(({ isSo }) => !isSo)) process.exitCode = 1;
if (option === '--record') {
  writeFileSync(
    file,
    `${JSON.stringify({ recorded: new Date().toISOString().slice(0, 10), found, calls }, undefined, 2)}\n`,
  );
  console.log(`${calls.length} calls written to ${file}: look through it before you send it`);
}
