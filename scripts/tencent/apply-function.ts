import type { CreateFunctionRequest } from 'tencentcloud-sdk-nodejs/tencentcloud/services/scf/v20180416/scf_models.js';
import type { Cloud } from './cloud.ts';
import type { Variables } from './environment.ts';
import { CallFailure, DeployError, isMissing, isPresent } from './failures.ts';
import { describeMarks, hashOf } from './marks.ts';
import { type Step, stepsFor } from './plan.ts';
import { notOurs, type PresentFunction, settled } from './scf.ts';
import type { FunctionSettings, Settings } from './settings.ts';
import type { Zip } from './zip.ts';

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
