import type {
  CreateFunctionRequest,
  GetFunctionResponse,
} from 'tencentcloud-sdk-nodejs/tencentcloud/services/scf/v20180416/scf_models.js';
import type { Cloud } from './cloud.ts';
import type { Variables } from './environment.ts';
import { CallFailure, DeployError, isMissing, isPresent } from './failures.ts';
import { describeMarks, hashOf, type Marks, readMarks } from './marks.ts';
import { type FoundFunction, type Step, stepsFor } from './plan.ts';
import type { FunctionSettings, Settings } from './settings.ts';
import type { Zip } from './zip.ts';

/** A function as it is in the cloud. */
export interface PresentFunction extends FoundFunction {
  name: string;
  variables: Variables;
  /** Bytes of its package. */
  codeSize: number;
  triggers: PresentTrigger[];
  hasVpc: boolean;
}

/** What calls a function, as it is in the cloud. */
export interface PresentTrigger {
  type: string;
  name: string;
  /** JSON for function URLs; for timers the cron expression, as text or as JSON. */
  description: string;
}

type Configuration = Pick<
  CreateFunctionRequest,
  | 'MemorySize'
  | 'Timeout'
  | 'InitTimeout'
  | 'Environment'
  | 'VpcConfig'
  | 'PublicNetConfig'
  | 'Role'
  | 'ProtocolParams'
  | 'InstanceConcurrencyConfig'
>;

/** How long something may be in the making. */
const patienceMs = 5 * 60_000;

/** The names of all functions that the stage has made, whatever serverless.yml says today. */
export async function listFunctions({ scf }: Cloud, { service, stage, deployment }: Settings): Promise<string[]> {
  const prefix = `${service}-${stage}-`;
  const names: string[] = [];
  for (let offset = 0; ; offset += 100) {
    const { Functions = [] } = await scf('ListFunctions', { SearchKey: prefix, Limit: 100, Offset: offset });
    for (const { FunctionName = '', Description } of Functions) {
      if (FunctionName.startsWith(prefix) && readMarks(Description)?.deployment === deployment)
        names.push(FunctionName);
    }
    if (Functions.length < 100) return names;
  }
}

/** Reads one function; `undefined` when there is none. */
export async function readFunction({ scf }: Cloud, name: string): Promise<PresentFunction | undefined> {
  try {
    return presentOf(name, await scf('GetFunction', { FunctionName: name, ShowCode: 'FALSE' }, name));
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/**
 * Waits until a function is neither being made nor changed nor removed.
 * @throws DeployError when it failed or takes too long
 */
export async function settled(cloud: Cloud, name: string): Promise<PresentFunction | undefined> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const found = await readFunction(cloud, name);
    if (found === undefined || !/^(Creating|Updating|Deleting|Publishing)$/.test(found.status)) return found;
    if (Date.now() > deadline) {
      throw new DeployError(
        `${name} has been ${found.status} for five minutes: look at it in the console, then deploy again`,
      );
    }
    await cloud.pause();
  }
}

/** What has to be done so that the function is as wanted. */
export function stepsOf(
  settings: Settings,
  each: FunctionSettings,
  variables: Variables,
  zip: Zip,
  found?: PresentFunction,
): Step[] {
  return stepsFor(wantedOf(settings, each, variables, zip), found);
}

/** Creates or changes a function until it is as wanted, and answers how it is then. Safe to repeat at any point. */
export async function applyFunction(
  cloud: Cloud,
  settings: Settings,
  each: FunctionSettings,
  variables: Variables,
  zip: Zip,
): Promise<PresentFunction> {
  const { name } = each;
  const wanted = wantedOf(settings, each, variables, zip);
  const description = describeMarks({ deployment: settings.deployment, ...wanted });
  const configuration = configurationOf(settings, each, variables);
  for (let round = 1; round <= 5; round++) {
    const found = await settled(cloud, name);
    if (found !== undefined && found.marks?.deployment !== settings.deployment) throw notOurs(name);
    const [step] = stepsFor(wanted, found);
    if (step === undefined && found !== undefined) return found;
    if (step === 'replace') await removeFunction(cloud, name);
    else if (step === 'create')
      await create(cloud, settings, each, { ...configuration, Description: description }, zip);
    else {
      if (step === 'code') await updateCode(cloud, each, zip);
      await settled(cloud, name);
      const VpcConfig = configuration.VpcConfig ?? (found?.hasVpc ? { VpcId: '', SubnetId: '' } : undefined);
      await cloud.scf(
        'UpdateFunctionConfiguration',
        {
          FunctionName: name,
          Description: description,
          ...configuration,
          ...(VpcConfig === undefined ? {} : { VpcConfig }),
        },
        name,
      );
    }
  }
  throw new DeployError(`${name} does not become what it should: look at its state in the console, then deploy again`);
}

/** Removes a function with its triggers and waits until it is gone. */
export async function removeFunction(cloud: Cloud, name: string): Promise<void> {
  await settled(cloud, name);
  try {
    await cloud.scf('DeleteFunction', { FunctionName: name }, name);
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
  await settled(cloud, name);
}

/** Says that a name is taken. */
export function notOurs(name: string): DeployError {
  return new DeployError(
    `there is a function ${name} already that this stage did not make: nothing of it was changed; rename the service or the stage, or remove the function`,
  );
}

async function create(
  { scf }: Cloud,
  { runtime }: Settings,
  { name, web }: FunctionSettings,
  configuration: Configuration & { Description: string },
  zip: Zip,
): Promise<void> {
  const kind =
    web === undefined ? { Type: 'Event', Handler: 'index.main_handler' } : { Type: 'HTTP', ProtocolType: 'WS' };
  const request = { FunctionName: name, Code: { ZipFile: zip.bytes.toString('base64') }, Runtime: runtime };
  try {
    await scf('CreateFunction', { ...request, ...kind, ...configuration }, name);
  } catch (error) {
    // Made by a call whose answer was lost; what it is now is looked at next.
    if (isPresent(error) || (error instanceof CallFailure && error.isUnknown)) return;
    throw error;
  }
}

async function updateCode({ scf }: Cloud, { name, web }: FunctionSettings, zip: Zip): Promise<void> {
  const handler = web === undefined ? { Handler: 'index.main_handler' } : {};
  await scf(
    'UpdateFunctionCode',
    { FunctionName: name, ...handler, Code: { ZipFile: zip.bytes.toString('base64') } },
    name,
  );
}

function wantedOf(settings: Settings, each: FunctionSettings, variables: Variables, zip: Zip) {
  return {
    code: zip.hash,
    configuration: hashOf(configurationOf(settings, each, variables)),
    type: each.web === undefined ? ('Event' as const) : ('HTTP' as const),
    runtime: settings.runtime,
  };
}

function configurationOf(
  { vpc, publicNetwork, role }: Settings,
  each: FunctionSettings,
  variables: Variables,
): Configuration {
  return {
    MemorySize: each.memorySize,
    Timeout: each.timeout,
    Environment: { Variables: Object.entries(variables).map(([Key, Value]) => ({ Key, Value })) },
    PublicNetConfig: { PublicNetStatus: publicNetwork ? 'ENABLE' : 'DISABLE', EipConfig: { EipStatus: 'DISABLE' } },
    ...(vpc === undefined ? {} : { VpcConfig: { VpcId: vpc.vpcId, SubnetId: vpc.subnetId } }),
    ...(role === undefined ? {} : { Role: role }),
    ...(each.web === undefined
      ? {}
      : {
          InitTimeout: each.web.initSeconds,
          ProtocolParams: { WSParams: { IdleTimeOut: each.web.idleSeconds } },
          // Without it every connection would have an instance, and a price, of its own.
          InstanceConcurrencyConfig: { DynamicEnabled: 'FALSE', MaxConcurrency: each.web.maxConcurrency },
        }),
  };
}

function presentOf(name: string, answer: GetFunctionResponse): PresentFunction {
  const marks: Marks | undefined = readMarks(answer.Description);
  return {
    name,
    status: answer.Status ?? 'Active',
    type: answer.Type ?? 'Event',
    runtime: answer.Runtime ?? '',
    marks,
    codeSize: answer.CodeSize ?? 0,
    hasVpc: Boolean(answer.VpcConfig?.VpcId),
    variables: Object.fromEntries(
      (answer.Environment?.Variables ?? []).map(({ Key = '', Value = '' }) => [Key, Value]),
    ),
    triggers: (answer.Triggers ?? []).map(({ Type = '', TriggerName = '', TriggerDesc = '' }) => ({
      type: Type,
      name: TriggerName,
      description: TriggerDesc,
    })),
  };
}
