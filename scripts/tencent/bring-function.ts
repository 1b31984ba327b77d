import { applyFunction, stepsOf } from './apply-function.ts';
import { type Variables, variablesOf } from './environment.ts';
import { DeployError } from './failures.ts';
import { kilobytes, packageOf } from './packages.ts';
import type { Step } from './plan.ts';
import type { Work } from './prepare.ts';
import type { PresentFunction } from './scf.ts';
import type { FunctionSettings } from './settings.ts';
import { applyTriggers } from './triggers.ts';
import type { Zip } from './zip.ts';

/** As `bringCode`, with what calls the function: its URL, unless API Gateway stands before it, and its timer. */
export async function bringFunction(work: Work, each: FunctionSettings, addresses?: object): Promise<void> {
  await bringCode(work, each, addresses);
  const urls = await applyTriggers(
    work.cloud,
    work.settings.mode === 'apigateway' ? { ...each, http: undefined } : each,
    present(work, each),
    corsOrigins(work),
    work.out.changed,
  );
  if (urls !== undefined) work.urls.set(each.key, urls);
}

/** Brings code and configuration of one function up to date. Pages in it are told `addresses`. */
export async function bringCode(work: Work, each: FunctionSettings, addresses?: object): Promise<void> {
  const { cloud, settings, packages, deployed, shared, out } = work;
  const variables: Variables = variablesOf(each, shared, settings, work.urls.get(each.key)?.http);
  const zip = await packageOf(packages, each.key, addresses);
  const before = deployed.functions.get(each.name);
  const steps = stepsOf(settings, each, variables, zip, before);
  if (steps.length > 0) out.doing(`${each.key}: ${doingFor(steps)}`);
  const isSettled = before?.status === 'Active';
  const after = steps.length === 0 && isSettled ? before : await applyFunction(cloud, settings, each, variables, zip);
  deployed.functions.set(each.name, after);
  if (steps.length > 0) out.changed(`${each.key}: ${doneFor(steps)}, ${sizes(zip, before)}`);
}

function doingFor(steps: Step[]): string {
  if (steps.includes('create')) return 'creating';
  return steps.includes('replace') ? 'replacing' : `changing ${steps.join(' and ')}`;
}

function doneFor(steps: Step[]): string {
  return steps.includes('create')
    ? 'created'
    : steps.includes('replace')
      ? 'replaced'
      : `${steps.join(' and ')} changed`;
}

function sizes({ bytes }: Zip, before: PresentFunction | undefined): string {
  const now = kilobytes(bytes.length);
  if (before === undefined || before.codeSize === 0 || before.codeSize === bytes.length) return now;
  return `${now} (${kilobytes(before.codeSize)} before)`;
}

/** Orders carry no cookies, so any page may call; with a domain of our own only that one. */
function corsOrigins({ settings: { bucket } }: Work): string[] {
  return bucket === undefined ? ['*'] : [bucket.domain];
}

function present({ deployed }: Work, { name }: FunctionSettings): PresentFunction {
  const found = deployed.functions.get(name);
  if (found === undefined) throw new DeployError(`${name} is not deployed`);
  return found;
}
