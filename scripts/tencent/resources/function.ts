import type { CreateFunctionRequest } from 'tencentcloud-sdk-nodejs/tencentcloud/services/scf/v20180416/scf_models.js';
import type { Cloud } from '../cloud.ts';
import { CallFailure, DeployError, isMissing, isPresent } from '../failures.ts';
import { converge } from '../patience.ts';
import type { Variables } from '../service/environment.ts';
import { describeMarks, hashOf } from '../service/marks.ts';
import type { Package } from '../service/packages.ts';
import { type FunctionSettings, isGateway, type Settings } from '../service/settings.ts';
import { failedFunction } from './failed-function.ts';
import { type Step, stepsFor } from './plan.ts';
import { notOurs, type PresentFunction, waitUntilChanged, waitUntilSettled } from './scf.ts';

type Configuration = Pick<
  CreateFunctionRequest,
  | 'MemorySize'
  | 'Timeout'
  | 'InitTimeout'
  | 'Environment'
  | 'VpcConfig'
  | 'PublicNetConfig'
  | 'Role'
  | 'Layers'
  | 'ProtocolParams'
  | 'InstanceConcurrencyConfig'
  | 'ClsLogsetId'
  | 'ClsTopicId'
>;

/** What is applied to one function. */
interface Change {
  cloud: Cloud;
  settings: Settings;
  each: FunctionSettings;
  pack: Package;
  configuration: Configuration & { Description: string };
}

/** What has to be done so that the function is as wanted. */
export function stepsOf(
  settings: Settings,
  each: FunctionSettings,
  variables: Variables,
  pack: Package,
  found?: PresentFunction,
): Step[] {
  return stepsFor(wantedOf(settings, each, variables, pack), found);
}

/** Creates or changes a function until it is as wanted, and answers how it is then. Safe to repeat at any point. */
export async function convergeFunction(
  cloud: Cloud,
  settings: Settings,
  each: FunctionSettings,
  variables: Variables,
  pack: Package,
): Promise<PresentFunction> {
  const { name } = each;
  const wanted = wantedOf(settings, each, variables, pack);
  const isLimited = each.concurrency !== undefined;
  const Description = describeMarks({ deployment: settings.deployment, isLimited, ...wanted });
  const change: Change = {
    ...{ cloud, settings, each, pack },
    configuration: { Description, ...configurationOf(settings, each, variables) },
  };
  let settle = waitUntilSettled;
  const converged = await converge(async () => {
    const found = await settle(cloud, name);
    if (found !== undefined && found.marks?.deployment !== settings.deployment) throw notOurs(name);
    const [step] = stepsFor(wanted, found);
    if (step === undefined && found !== undefined) return { reached: found };
    const isCertain = await take(change, step, found);
    settle = step === 'replace' ? waitUntilSettled : waitUntilChanged;
    return isCertain ? 'taken' : 'uncertain';
  }, cloud.patience);
  if (converged !== undefined) return converged;
  throw new DeployError(`${name} does not become what it should: look at its state in the console, then deploy again`);
}

/** Takes one step; says whether it is certain that it was taken, else what is there has to be looked at. */
async function take(change: Change, step: Step | undefined, found: PresentFunction | undefined): Promise<boolean> {
  const { cloud, each, pack, configuration } = change;
  const { name } = each;
  if (step === 'create') return create(change);
  if (step === 'replace') {
    await removeFunction(cloud, name);
    return true;
  }
  if (step === 'code') {
    await updateCode(cloud, each, pack);
    await waitUntilChanged(cloud, name);
  }
  // Out of a network, and away from a topic, leads only what names none.
  const noVpc = found?.hasVpc ? { VpcConfig: { VpcId: '', SubnetId: '' } } : {};
  const noLayers = found?.hasLayers ? { Layers: [] } : {};
  await limitInstances(cloud, each, found);
  const noLogs = found?.logTopicId ? { ClsLogsetId: '', ClsTopicId: '' } : {};
  const request = { FunctionName: name, ...noVpc, ...noLogs, ...noLayers, ...configuration };
  await cloud.scf('UpdateFunctionConfiguration', request, name);
  return true;
}

/** Removes a function with its triggers and waits until it is gone. */
export async function removeFunction(cloud: Cloud, name: string): Promise<void> {
  await waitUntilSettled(cloud, name);
  try {
    await cloud.scf('DeleteFunction', { FunctionName: name }, name);
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
  const left = await waitUntilSettled(cloud, name);
  if (left?.status === 'DeleteFailed') throw failedFunction(left);
}

async function create({ cloud: { scf }, settings, each, pack, configuration }: Change): Promise<boolean> {
  const { name, web, handler, runtime } = each;
  const kind =
    web === undefined
      ? { Type: 'Event', Handler: handler }
      : { Type: 'HTTP', ...(isGateway(each) ? { ProtocolType: 'WS' } : {}) };
  const request = {
    FunctionName: name,
    Code: { ZipFile: await base64(pack) },
    Runtime: runtime,
    // Else the cloud makes a log set, which the policies of a deployment do not allow, and the function with it fails.
    AutoCreateClsTopic: 'FALSE',
  };
  // Instances can be limited only after that: until it is done, the function is not marked as it shall be.
  const unfinished = { Description: describeMarks({ deployment: settings.deployment, configuration: '0'.repeat(16) }) };
  const marked = each.concurrency === undefined ? configuration : { ...configuration, ...unfinished };
  try {
    await scf('CreateFunction', { ...request, ...kind, ...marked }, name);
    return true;
  } catch (error) {
    // Made by a call whose answer was lost, or still being removed.
    if (isPresent(error) || (error instanceof CallFailure && error.isUnknown)) return false;
    throw error;
  }
}

async function updateCode({ scf }: Cloud, each: FunctionSettings, pack: Package): Promise<void> {
  const { name } = each;
  const handler = each.web === undefined ? { Handler: each.handler } : {};
  await scf('UpdateFunctionCode', { FunctionName: name, ...handler, Code: { ZipFile: await base64(pack) } }, name);
}

/** SCF counts instances by their memory. */
async function limitInstances(
  { scf }: Cloud,
  { name, concurrency, memorySize }: FunctionSettings,
  found: PresentFunction | undefined,
): Promise<void> {
  const FunctionName = name;
  if (concurrency !== undefined) {
    const ReservedConcurrencyMem = concurrency * memorySize;
    await scf('PutReservedConcurrencyConfig', { FunctionName, ReservedConcurrencyMem }, name);
  } else if (found?.marks?.isLimited === true) {
    await scf('DeleteReservedConcurrencyConfig', { FunctionName }, name).catch(error => {
      if (!isMissing(error)) throw error;
    });
  }
}

function layerOf({ name, version }: FunctionSettings['layers'][number]) {
  return { LayerName: name, LayerVersion: version };
}

async function base64(pack: Package): Promise<string> {
  return (await pack.zip()).toString('base64');
}

function wantedOf(settings: Settings, each: FunctionSettings, variables: Variables, pack: Package) {
  return {
    code: codeOf(each, pack),
    configuration: hashOf(limitedTo(each.concurrency, configurationOf(settings, each, variables))),
    type: each.web === undefined ? ('Event' as const) : ('HTTP' as const),
    runtime: each.runtime,
  };
}

/** With the limit of instances, which is set by a call of its own. */
function limitedTo(concurrency: number | undefined, configuration: Configuration): unknown {
  return concurrency === undefined ? configuration : [configuration, concurrency];
}

/** The handler is changed with the code, and only then. */
function codeOf({ handler, web }: FunctionSettings, { hash }: Package): string {
  return web !== undefined || handler === 'index.main_handler' ? hash : hashOf([hash, handler]);
}

function configurationOf(
  { publicNetwork, logTopic }: Settings,
  each: FunctionSettings,
  variables: Variables,
): Configuration {
  const { vpc, role, layers } = each;
  return {
    MemorySize: each.memorySize,
    Timeout: each.timeout,
    Environment: { Variables: Object.entries(variables).map(([Key, Value]) => ({ Key, Value })) },
    PublicNetConfig: { PublicNetStatus: publicNetwork ? 'ENABLE' : 'DISABLE', EipConfig: { EipStatus: 'DISABLE' } },
    ...(vpc === undefined ? {} : { VpcConfig: { VpcId: vpc.vpcId, SubnetId: vpc.subnetId } }),
    ...(role === undefined ? {} : { Role: role }),
    ...(layers.length === 0 ? {} : { Layers: layers.map(layerOf) }),
    ...(logTopic === undefined ? {} : { ClsLogsetId: logTopic.logsetId, ClsTopicId: logTopic.topicId }),
    ...(each.web === undefined
      ? {}
      : {
          InitTimeout: each.web.initSeconds,
          ...(isGateway(each) ? { ProtocolParams: { WSParams: { IdleTimeOut: each.web.idleSeconds } } } : {}),
          // Without it every connection would have an instance, and a price, of its own.
          InstanceConcurrencyConfig: { DynamicEnabled: 'FALSE', MaxConcurrency: each.web.maxConcurrency },
        }),
  };
}
