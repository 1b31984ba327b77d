import type { Context } from '../context.ts';
import type { Deployed } from '../resources/deployed.ts';
import { convergeFunction, stepsOf } from '../resources/function.ts';
import type { Step } from '../resources/plan.ts';
import { type PresentFunction, requireDeployed } from '../resources/scf.ts';
import { convergeTriggers, type KnownUrls } from '../resources/triggers.ts';
import type { Variables } from '../service/environment.ts';
import { kilobytes, type Package } from '../service/packages.ts';
import type { FunctionSettings, Settings } from '../service/settings.ts';

/** What a deployment works with: what shall be, and what is there. The two maps are kept up to date as it goes on. */
export interface Work<Stage extends Settings = Settings> extends Readonly<Context<Stage>> {
  readonly deployed: Deployed;
  readonly urls: KnownUrls;
  /** Of pages that may call functions. */
  readonly corsOrigins: string[];
  /** What a function shall hold, by what is known at the moment. Pages in it are told `addresses`. */
  variablesOf(each: FunctionSettings): Variables;
  packageOf(each: FunctionSettings, addresses?: object): Package;
}

/** As `deployCode`, with what calls the function: its URL, unless API Gateway stands before it, and its timer. */
export async function deployCodeAndTriggers(work: Work, each: FunctionSettings, addresses?: object): Promise<void> {
  await deployCode(work, each, addresses);
  const urls = await convergeTriggers(
    work.cloud,
    work.settings.mode === 'apigateway' ? { ...each, http: undefined } : each,
    requireDeployed(each.name, work.deployed.functions.get(each.name)),
    work.corsOrigins,
    work.out.changed,
  );
  if (urls !== undefined) work.urls.set(each.key, urls);
}

/** What a function shall hold, and what has to be done for that. */
export interface FunctionPlan {
  variables: Variables;
  pack: Package;
  steps: Step[];
}

/** Pages in the function are told `addresses`. */
export function planFor(work: Work, each: FunctionSettings, addresses?: object): FunctionPlan {
  const { settings, deployed } = work;
  const variables = work.variablesOf(each);
  const pack = work.packageOf(each, addresses);
  return { variables, pack, steps: stepsOf(settings, each, variables, pack, deployed.functions.get(each.name)) };
}

/** Brings code and configuration of one function up to date. Pages in it are told `addresses`. */
export async function deployCode(work: Work, each: FunctionSettings, addresses?: object): Promise<void> {
  const { cloud, settings, deployed, out } = work;
  const { variables, pack, steps } = planFor(work, each, addresses);
  const before = deployed.functions.get(each.name);
  if (steps.length > 0) out.doing(`${each.key}: ${doingFor(steps)}`);
  const isSettled = before?.status === 'Active';
  const after =
    steps.length === 0 && isSettled ? before : await convergeFunction(cloud, settings, each, variables, pack);
  deployed.functions.set(each.name, after);
  if (steps.length > 0) out.changed(`${each.key}: ${doneFor(steps)}${await sizeOf(pack, steps, before)}`);
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

/** Of what was uploaded; empty where nothing was. */
async function sizeOf(pack: Package, steps: Step[], before: PresentFunction | undefined): Promise<string> {
  if (!steps.some(step => step !== 'configuration')) return '';
  const { length } = await pack.zip();
  const now = `, ${kilobytes(length)}`;
  if (before === undefined || before.codeSize === 0 || before.codeSize === length) return now;
  return `${now} (${kilobytes(before.codeSize)} before)`;
}
