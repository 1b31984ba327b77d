// Looks whether Tencent Cloud does what a deployment relies on: makes small things in a stage of their own, of each product
// that the account has, calls, changes and removes them. Costs next to nothing. With --record the calls are written down,
// without secrets and without what is the account's own, so that they can be sent to the project: docs/deploying.md says
// what for.
// usage: npm run deploy:check -- [--record [file.json]] [--bucket my-check-1250000000]
import { writeFileSync } from 'node:fs';
import { given } from '../functions/runtime/environment.ts';
import { probeApiGateway } from './deploy-check/api-gateway.ts';
import { probeBucket } from './deploy-check/bucket.ts';
import { probeDatabase } from './deploy-check/database.ts';
import type { Find, Finding } from './deploy-check/finding.ts';
import { probeFunctions } from './deploy-check/functions.ts';
import { probeLogs } from './deploy-check/logs.ts';
import { recorded, recordedBucket, type SeenCall } from './deploy-check/recording.ts';
import { type Cloud, openCloud } from './tencent/cloud.ts';
import { CallFailure } from './tencent/failures.ts';
import { openCos } from './tencent/resources/cos.ts';
import { readAccess } from './tencent/service/access.ts';

const usage = 'npm run deploy:check -- [--record [file.json]] [--bucket my-check-1250000000]';
const calls: SeenCall[] = [];
const found: Finding[] = [];
const { record, bucket } = argumentsOf(process.argv.slice(2));
try {
  const cloud = openCloud(readAccess(given('TENCENT_REGION', process.env) ?? 'ap-guangzhou', process.env));
  await probeAll(cloud);
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
if (found.some(({ isSo }) => isSo === false)) process.exitCode = 1;
if (record !== undefined) {
  const whole = { recorded: new Date().toISOString().slice(0, 10), found, calls };
  writeFileSync(record, `${JSON.stringify(whole, undefined, 2)}\n`);
  console.log(`${calls.length} calls written to ${record}: look through it before you send it`);
}

async function probeAll(cloud: Cloud): Promise<void> {
  const watched = recorded(cloud, calls);
  await probeFunctions(watched, find);
  await ifOffered('CLS', () => probeLogs(watched, find));
  await ifOffered('API Gateway', () => probeApiGateway(watched, find));
  await ifOffered('PostgreSQL', () => probeDatabase(watched, find));
  if (bucket === undefined) tell({ what: 'COS', isSo: undefined, because: 'name a new bucket with --bucket' });
  else
    await ifOffered('COS', async () => probeBucket(recordedBucket(await openCos(cloud, bucket), calls), bucket, find));
}

/** What an account does not have, or this key may not use, is not looked at. What else fails, is said, and the rest goes on. */
async function ifOffered(product: string, probe: () => Promise<void>): Promise<void> {
  const without =
    /^(UnsupportedOperation|UnsupportedRegion|UnauthorizedOperation|AuthFailure\.Unauthor|OperationDenied|AccessDenied|InvalidAction)/;
  try {
    await probe();
  } catch (error) {
    const isOffered = !(error instanceof CallFailure && without.test(error.code));
    if (!isOffered) tell({ what: product, isSo: undefined, because: error.code });
    else {
      console.error((error as Error).message);
      process.exitCode = 1;
    }
  }
}

function find(...[what, isSo]: Parameters<Find>): void {
  tell({ what, isSo });
}

function tell(finding: Finding): void {
  found.push(finding);
  const { what, isSo, because } = finding;
  console.log(isSo === undefined ? `--   ${what}: not looked at: ${because}` : `${isSo ? 'yes' : 'NO '}  ${what}`);
}

function argumentsOf(given: string[]): { record: string | undefined; bucket: string | undefined } {
  const waiting = [...given];
  const read: { record: string | undefined; bucket: string | undefined } = { record: undefined, bucket: undefined };
  const value = () => (waiting[0]?.startsWith('--') === false ? waiting.shift() : undefined);
  for (let option = waiting.shift(); option !== undefined; option = waiting.shift()) {
    if (option === '--record') read.record = value() ?? 'deploy-check.json';
    else if (option === '--bucket') read.bucket = value() ?? refuse('--bucket wants the name of a bucket');
    else refuse(`unknown argument ${option}`);
  }
  if (read.bucket !== undefined && !/^[a-z\d][a-z\d-]{0,49}-\d{8,12}$/.test(read.bucket))
    refuse(`--bucket ${read.bucket}: must be a name with the account's number, as my-check-1250000000`);
  return read;
}

function refuse(problem: string): never {
  console.error(`${problem}: ${usage}`);
  process.exit(2);
}
