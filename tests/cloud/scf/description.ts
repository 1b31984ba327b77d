import { apiTime } from '../api-time.ts';
import type { DeployedFunction } from './deployed-function.ts';
import { describeTrigger } from './trigger-desc.ts';

/** A function as GetFunction answers it (583/18584). */
export function describeFunction(deployed: DeployedFunction, url: string | undefined): object {
  const { settings, code } = deployed;
  return {
    ...listedFunction(deployed),
    FunctionVersion: '$LATEST',
    Qualifier: '$LATEST',
    Handler: settings.handler,
    // What could not be made has no code.
    CodeSize: deployed.status === 'CreateFailed' ? 0 : code.zip.length,
    CodeInfo: '',
    CodeResult: 'success',
    CodeError: '',
    ErrNo: 0,
    Timeout: settings.timeoutSeconds,
    InitTimeout: settings.initTimeoutSeconds,
    MemorySize: settings.memoryMb,
    Environment: { Variables: Object.entries(settings.environment).map(([Key, Value]) => ({ Key, Value })) },
    VpcConfig: { VpcId: settings.vpc.vpcId, SubnetId: settings.vpc.subnetId },
    PublicNetConfig: {
      PublicNetStatus: settings.publicNetwork ? 'ENABLE' : 'DISABLE',
      EipConfig: { EipStatus: 'DISABLE', EipAddress: [] },
    },
    Role: settings.role,
    ClsLogsetId: settings.logTopic.logsetId,
    ClsTopicId: settings.logTopic.topicId,
    InstallDependency: 'FALSE',
    AvailableStatus: 'Available',
    Triggers: [...deployed.triggers.values()].map(each => describeTrigger(each, deployed, url)),
    ProtocolType: settings.protocol,
    ProtocolParams: settings.protocol === '' ? null : { WSParams: { IdleTimeOut: settings.idleSeconds } },
    InstanceConcurrencyConfig: settings.concurrencyConfig ?? null,
    Layers: settings.layers,
  };
}

/** A function as ListFunctions answers it (583/18582). */
export function listedFunction({
  name,
  namespace,
  id,
  status,
  statusReasons,
  settings,
  createdAt,
  modifiedAt,
}: DeployedFunction): object {
  return {
    FunctionName: name,
    FunctionId: id,
    Namespace: namespace,
    Runtime: settings.runtime,
    Type: settings.type,
    Description: settings.description,
    Status: status,
    StatusDesc: '',
    StatusReasons: statusReasons,
    Tags: settings.tags,
    AddTime: apiTime(createdAt),
    ModTime: apiTime(modifiedAt),
    AsyncRunEnable: 'FALSE',
    TraceEnable: 'FALSE',
  };
}
