import type * as v from 'valibot';
import { ApiError } from '../api-error.ts';
import { wrong } from '../parameters.ts';
import type { FunctionSettings } from './deployed-function.ts';
import type { updateConfiguration } from './parameters.ts';

type Changes = Omit<v.InferOutput<typeof updateConfiguration>, 'FunctionName' | 'Namespace'>;

/** What a function is when nothing is said. */
export const newSettings: FunctionSettings = {
  description: '',
  handler: '',
  runtime: '',
  type: 'Event',
  memoryMb: 128,
  timeoutSeconds: 3,
  initTimeoutSeconds: 65,
  environment: {},
  vpc: { vpcId: '', subnetId: '' },
  logTopic: { logsetId: '', topicId: '' },
  role: '',
  publicNetwork: true,
  layers: [],
  reservedMb: undefined,
  tags: [],
  protocol: '',
  idleSeconds: 15,
  concurrency: 1,
  concurrencyConfig: undefined,
};

/** Settings after a change: what is not named stays as it is. */
export function withChanges(before: FunctionSettings, asked: Changes): FunctionSettings {
  const { Environment, VpcConfig, PublicNetConfig, ProtocolParams, InstanceConcurrencyConfig: concurrency } = asked;
  const variables = Environment?.Variables.map(({ Key, Value }) => [Key, Value] as const);
  return {
    ...before,
    description: asked.Description ?? before.description,
    memoryMb: asked.MemorySize ?? before.memoryMb,
    timeoutSeconds: asked.Timeout ?? before.timeoutSeconds,
    initTimeoutSeconds: asked.InitTimeout ?? before.initTimeoutSeconds,
    role: asked.Role ?? before.role,
    environment: variables === undefined ? before.environment : Object.fromEntries(variables),
    vpc: VpcConfig === undefined ? before.vpc : { vpcId: VpcConfig.VpcId, subnetId: VpcConfig.SubnetId },
    logTopic: {
      logsetId: asked.ClsLogsetId ?? before.logTopic.logsetId,
      topicId: asked.ClsTopicId ?? before.logTopic.topicId,
    },
    publicNetwork: PublicNetConfig === undefined ? before.publicNetwork : PublicNetConfig.PublicNetStatus === 'ENABLE',
    layers: asked.Layers ?? before.layers,
    idleSeconds: ProtocolParams?.WSParams?.IdleTimeOut ?? before.idleSeconds,
    concurrency:
      concurrency === undefined
        ? before.concurrency
        : concurrency.DynamicEnabled === ''
          ? 1
          : concurrency.MaxConcurrency,
    concurrencyConfig: concurrency ?? before.concurrencyConfig,
  };
}

/** Rules that bind one parameter to another. @throws ApiError that names the parameter */
export function checkSettings(
  { type, handler, protocol, vpc, logTopic }: FunctionSettings,
  asked: Changes,
  {
    hasSubnet,
    hasTopic,
  }: { hasSubnet(vpcId: string, subnetId: string): boolean; hasTopic(logsetId: string, topicId: string): boolean },
): void {
  if (type === 'Event' && handler === '') throw new ApiError(wrong('Handler'), 'An event function needs a handler.');
  if (type === 'Event' && protocol !== '')
    throw new ApiError(wrong('ProtocolType'), 'Only web functions have a protocol.');
  if (protocol === '' && asked.ProtocolParams !== undefined) {
    throw new ApiError(
      wrong('ProtocolType'),
      'ProtocolParams needs a ProtocolType, which is given when the function is made.',
    );
  }
  if (type === 'Event' && asked.InstanceConcurrencyConfig !== undefined) {
    throw new ApiError(wrong('InstanceConcurrencyConfig'), 'Only web functions have request concurrency.');
  }
  const doesLog = logTopic.logsetId !== '' || logTopic.topicId !== '';
  if (doesLog && !hasTopic(logTopic.logsetId, logTopic.topicId)) {
    throw new ApiError(wrong('Cls'), 'The topic is not in the log set.');
  }
  const isAttached = vpc.vpcId !== '' || vpc.subnetId !== '';
  if (isAttached && !hasSubnet(vpc.vpcId, vpc.subnetId)) {
    throw new ApiError('ResourceNotFound.Vpc', 'The VPC or its subnet does not exist.');
  }
}
