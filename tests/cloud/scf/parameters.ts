import * as v from 'valibot';
import { flag, page, wrong } from '../parameters.ts';

/** Runtimes that can be chosen. Only those of Node run here. */
const runtimes = [
  'Nodejs20.19',
  'Nodejs18.15',
  'Nodejs16.13',
  'Nodejs14.18',
  'Nodejs12.16',
  'Nodejs10.15',
  'Nodejs8.9',
  'Nodejs6.10',
  'Python3.10',
  'Python3.9',
  'Python3.7',
  'Python3.6',
  'Python2.7',
  'Php8.0',
  'Php7.4',
  'Go1',
  'Java8',
  'CustomRuntime',
];

const functionName = v.pipe(
  v.string(),
  v.regex(/^[A-Za-z][A-Za-z0-9_-]{0,58}[A-Za-z0-9]$/, 'InvalidParameter.FunctionName'),
);
/** The namespace of a function, `default` unless it is said. */
export const namespace = v.optional(
  v.pipe(v.string(), v.regex(/^[A-Za-z][\w-]{0,29}$/, wrong('NamespaceInvalid'))),
  'default',
);
/** Version or alias of a function. */
export const qualifier = v.optional(v.string(), '$LATEST');

/** A function by its name, as most calls begin. */
export const named = { FunctionName: v.string(), Namespace: namespace };

/** File and function; for Go the name of the program. */
const handler = v.pipe(
  v.string(),
  v.regex(/^main$|^[A-Za-z][\w-]{0,58}[A-Za-z0-9]?\.[A-Za-z][\w-]{0,58}[A-Za-z0-9]$/, wrong('Handler')),
);
const code = v.strictObject({
  ZipFile: v.optional(v.string()),
  CosBucketName: v.optional(v.string()),
  CosObjectName: v.optional(v.string()),
  CosBucketRegion: v.optional(v.string()),
});
const vpcConfig = v.strictObject({ VpcId: v.optional(v.string(), ''), SubnetId: v.optional(v.string(), '') });
const tags = v.array(v.strictObject({ Key: v.string(), Value: v.string() }));

/** All but Chinese, letters, digits, space, comma, full stop and line break is refused. */
const description = v.pipe(
  v.string(),
  v.maxLength(1000, wrong('Description')),
  v.regex(/^[\p{Script=Han}A-Za-z0-9 ,.，。\n]*$/u, wrong('Description')),
);

const environment = v.strictObject({
  Variables: v.optional(
    v.pipe(
      v.array(
        v.strictObject({
          Key: v.pipe(
            v.string(),
            v.regex(/^[a-zA-Z][a-zA-Z0-9_]*$/, wrong('Environment')),
            v.check(key => !/^(SCF_|QCLOUD_|TENCENTCLOUD_)/.test(key), wrong('EnvironmentSystemProtect')),
          ),
          Value: v.string(),
        }),
      ),
      v.check(all => new Set(all.map(({ Key }) => Key)).size === all.length, wrong('Environment')),
      v.check(
        all => Buffer.byteLength(JSON.stringify(all.map(({ Key, Value }) => [Key, Value]))) <= 4096,
        wrong('EnvironmentExceededLimit'),
      ),
    ),
    [],
  ),
});

const publicNetwork = v.strictObject({
  PublicNetStatus: v.picklist(['ENABLE', 'DISABLE'], wrong('PublicNetConfig')),
  EipConfig: v.optional(v.strictObject({ EipStatus: v.picklist(['ENABLE', 'DISABLE'], wrong('EipConfig')) })),
});

const concurrency = v.strictObject({
  DynamicEnabled: v.optional(v.picklist(['', 'TRUE', 'FALSE'], wrong('DynamicEnabled')), ''),
  MaxConcurrency: v.optional(
    v.pipe(
      v.number(),
      v.integer(wrong('MaxConcurrency')),
      v.minValue(1, wrong('MaxConcurrency')),
      v.maxValue(100, wrong('MaxConcurrency')),
    ),
    1,
  ),
  InstanceIsolationEnabled: v.optional(v.string()),
  Type: v.optional(v.string()),
});

const protocolParams = v.strictObject({
  WSParams: v.optional(
    v.strictObject({
      IdleTimeOut: v.optional(
        v.pipe(
          v.number(),
          v.integer(wrong('IdleTimeOut')),
          v.minValue(1, wrong('IdleTimeOut')),
          v.maxValue(1800, wrong('IdleTimeOut')),
        ),
        15,
      ),
    }),
  ),
});

const timeout = v.pipe(
  v.number(),
  v.integer(wrong('Timeout')),
  v.minValue(1, wrong('Timeout')),
  v.maxValue(900, wrong('Timeout')),
);
const initTimeout = v.pipe(
  v.number(),
  v.integer(wrong('InitTimeout')),
  v.minValue(3, wrong('InitTimeout')),
  v.maxValue(300, wrong('InitTimeout')),
);
const memory = v.pipe(
  v.number(),
  v.check(size => size === 64 || (size >= 128 && size <= 3072 && size % 128 === 0), wrong('MemorySize')),
);

/** What of a function can be changed later. */
const changeable = {
  Description: v.optional(description),
  MemorySize: v.optional(memory),
  Timeout: v.optional(timeout),
  InitTimeout: v.optional(initTimeout),
  Environment: v.optional(environment),
  VpcConfig: v.optional(vpcConfig),
  Role: v.optional(v.string()),
  PublicNetConfig: v.optional(publicNetwork),
  ProtocolParams: v.optional(protocolParams),
  InstanceConcurrencyConfig: v.optional(concurrency),
  InstallDependency: v.optional(flag),
  ClsLogsetId: v.optional(v.string()),
  ClsTopicId: v.optional(v.string()),
  L5Enable: v.optional(flag),
  Layers: v.optional(
    v.pipe(v.array(v.strictObject({ LayerName: v.string(), LayerVersion: v.number() })), v.maxLength(5)),
  ),
};

/** Parameters of CreateFunction (583/18586) as far as they are used here; any other is unknown. */
export const createFunction = v.strictObject({
  FunctionName: functionName,
  Namespace: namespace,
  Code: code,
  Handler: v.optional(handler),
  Runtime: v.optional(v.picklist(runtimes, wrong('Runtime')), 'Python2.7'),
  Type: v.optional(v.picklist(['Event', 'HTTP'], wrong('Type')), 'Event'),
  CodeSource: v.optional(v.picklist(['ZipFile', 'Cos', 'Demo'], wrong('CodeSource'))),
  Tags: v.optional(tags, []),
  ProtocolType: v.optional(v.picklist(['WS'], wrong('ProtocolType'))),
  AsyncRunEnable: v.optional(flag),
  TraceEnable: v.optional(flag),
  AutoCreateClsTopic: v.optional(flag),
  AutoDeployClsTopicIndex: v.optional(flag),
  ...changeable,
});

/** Parameters of UpdateFunctionConfiguration (583/18580). The runtime may be named, not changed. */
export const updateConfiguration = v.strictObject({
  ...named,
  ...changeable,
  Runtime: v.optional(v.string()),
  Publish: v.optional(flag),
});

/** Parameters of UpdateFunctionCode (583/18581). */
export const updateCode = v.strictObject({
  ...named,
  Handler: v.optional(handler),
  Code: v.optional(code),
  ZipFile: v.optional(v.string()),
  CosBucketName: v.optional(v.string()),
  CosObjectName: v.optional(v.string()),
  CosBucketRegion: v.optional(v.string()),
  CodeSource: v.optional(v.string()),
  InstallDependency: v.optional(flag),
  Publish: v.optional(flag),
});

/** Parameters of the calls that read or delete one function. */
export const oneFunction = v.strictObject({ ...named, Qualifier: qualifier, ShowCode: v.optional(flag) });

/** Parameters of PutReservedConcurrencyConfig (583/51247): memory of all instances together, in steps of 128 MB. */
export const reserveConcurrency = v.strictObject({
  ...named,
  ReservedConcurrencyMem: v.pipe(v.number(), v.integer(wrong('ReservedConcurrencyMem')), v.minValue(0)),
});

/** Parameters of DeleteReservedConcurrencyConfig (583/51251). */
export const freeConcurrency = v.strictObject({ ...named });

/** Parameters of ListFunctions (583/18582). */
export const listFunctions = v.strictObject({
  ...page(100),
  Namespace: namespace,
  Order: v.optional(v.picklist(['ASC', 'DESC'], wrong('Order')), 'DESC'),
  Orderby: v.optional(v.picklist(['AddTime', 'ModTime', 'FunctionName'], wrong('OrderBy')), 'ModTime'),
  SearchKey: v.optional(v.string(), ''),
  Description: v.optional(v.string(), ''),
  Filters: v.optional(v.array(v.unknown())),
});

/** Parameters of Invoke (583/17243). */
export const invoke = v.strictObject({
  ...named,
  Qualifier: qualifier,
  InvocationType: v.optional(v.picklist(['RequestResponse', 'Event'], wrong('InvokeType')), 'RequestResponse'),
  ClientContext: v.optional(v.string(), '{}'),
  LogType: v.optional(v.picklist(['None', 'Tail']), 'None'),
  RoutingKey: v.optional(v.string()),
});
