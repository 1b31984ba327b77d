import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import type * as v from 'valibot';
import { ApiError } from '../api-error.ts';
import type { Product } from '../api-server.ts';
import { createBusyRefusals, refused } from '../busy.ts';
import { action, pageOf, wrong } from '../parameters.ts';
import { checkedZip, unpack } from './code.ts';
import type { DeployedFunction, FunctionStatus, StatusReason } from './deployed-function.ts';
import { describeFunction, listedFunction } from './description.ts';
import { emptyResult, resultOf } from './invoke-result.ts';
import { logReasons } from './log-service.ts';
import * as parameters from './parameters.ts';
import type { FunctionRuntime } from './runtime.ts';
import { checkSettings, newSettings, withChanges } from './settings.ts';
import { triggerActions } from './triggers.ts';

/** What SCF needs of the rest of the cloud. */
export interface ScfOptions {
  runtime: FunctionRuntime;
  /** Where code is unpacked. */
  directory: string;
  /** How long a function is `Creating`, `Updating` or `Deleting`. */
  stateDelayMs: number;
  /** How long after that it still refuses changes, though GetFunction says that it is `Active`. */
  busyMs: number;
  /** The log service of the account. */
  readonly cls: 'forbidden' | 'unopened' | 'open';
  /** Whether descriptions of triggers are left out when they are read. */
  forgetsDescriptions: boolean;
  /** Functions of one namespace at most (583/11637). */
  mostFunctions: number;
  object(bucket: string, key: string): Buffer | undefined;
  hasSubnet(vpcId: string, subnetId: string): boolean;
  hasTopic(logsetId: string, topicId: string): boolean;
  /** An asynchronous call: it is repeated when it fails. */
  runLater(deployed: DeployedFunction, event: unknown): void;
}

/** SCF: its calls, and the functions by namespace and name. */
export interface Scf {
  readonly product: Product;
  readonly functions: ReadonlyMap<string, DeployedFunction>;
  /** @throws ApiError `ResourceNotFound.Function` */
  functionOf(name: string, namespace?: string): DeployedFunction;
  /** Lets the next changes of a function be taken and then fail. */
  failChanges(name: string, reason: StatusReason, times: number): void;
}

type Code = v.InferOutput<typeof parameters.createFunction>['Code'];

/** Makes SCF without functions. */
export function createScf(options: ScfOptions): Scf {
  const { runtime, stateDelayMs } = options;
  const functions = new Map<string, DeployedFunction>();
  const busy = createBusyRefusals();
  const failing = new Map<string, { reason: StatusReason; times: number }>();

  function functionOf(name: string, namespace = 'default'): DeployedFunction {
    const found = functions.get(`${namespace}/${name}`);
    if (found === undefined) throw new ApiError('ResourceNotFound.Function', `The function ${name} does not exist.`);
    return found;
  }

  /** The function, when it may be changed. */
  function restingOf(name: string, namespace: string, action: string): DeployedFunction {
    const found = functionOf(name, namespace);
    const isResting = !/ing$/.test(found.status);
    // What could not be made can only be deleted.
    if (found.status === 'CreateFailed' && action !== 'DeleteFunction') throw refused(action, found.status);
    if (isResting && performance.now() >= found.busyUntilMs) return found;
    throw busy(action, isResting ? 'Updating' : found.status);
  }

  /** Goes into a state and after the delay on to what follows. */
  function pass(deployed: DeployedFunction, status: FunctionStatus, then: () => void): void {
    deployed.status = status;
    deployed.modifiedAt = new Date();
    deployed.busyUntilMs = performance.now() + stateDelayMs + options.busyMs;
    setTimeout(then, stateDelayMs).unref();
  }
  /** What a change ends with: whether it worked, and why not. */
  const settle = (deployed: DeployedFunction, failed: FunctionStatus, reasons: StatusReason[]) => () => {
    deployed.statusReasons = reasons;
    deployed.status = reasons.length === 0 ? 'Active' : failed;
  };

  function failureOf(name: string): StatusReason[] {
    const due = failing.get(name);
    if (due === undefined || due.times === 0) return [];
    due.times -= 1;
    return [due.reason];
  }

  async function unpacked(code: Code): Promise<DeployedFunction['code']> {
    const zip = checkedZip(code.ZipFile === undefined ? objectOf(options, code) : Buffer.from(code.ZipFile, 'base64'));
    const folder = path.join(options.directory, randomUUID());
    await mkdir(folder, { recursive: true });
    await unpack(zip, folder);
    return { folder, zip, sha256: createHash('sha256').update(zip).digest('hex') };
  }

  const CreateFunction = action(parameters.createFunction, async asked => {
    const key = `${asked.Namespace}/${asked.FunctionName}`;
    if (functions.has(key))
      throw new ApiError('ResourceInUse.FunctionName', `The function ${asked.FunctionName} exists already.`);
    if (functions.size >= options.mostFunctions)
      throw new ApiError('LimitExceeded.Function', 'There are too many functions.');
    const { Handler: handler = '', Runtime: runtimeName, Type: type, ProtocolType: protocol = '', Tags: tags } = asked;
    const settings = withChanges({ ...newSettings, handler, runtime: runtimeName, type, protocol, tags }, asked);
    checkSettings(settings, asked, options);
    const createdAt = new Date();
    const deployed: DeployedFunction = {
      name: asked.FunctionName,
      namespace: asked.Namespace,
      id: `lam-${randomBytes(4).toString('hex')}`,
      createdAt,
      modifiedAt: createdAt,
      status: 'Creating',
      statusReasons: [],
      busyUntilMs: 0,
      settings,
      code: await unpacked(asked.Code),
      triggers: new Map(),
    };
    // Unpacking took a moment: somebody may have been faster.
    if (functions.has(key))
      throw new ApiError('ResourceInUse.FunctionName', `The function ${asked.FunctionName} exists already.`);
    functions.set(key, deployed);
    const reasons = [...logReasons(options.cls, asked), ...failureOf(asked.FunctionName)];
    pass(deployed, 'Creating', settle(deployed, 'CreateFailed', reasons));
    return {};
  });

  const UpdateFunctionCode = action(parameters.updateCode, async asked => {
    const deployed = restingOf(asked.FunctionName, asked.Namespace, 'UpdateFunctionCode');
    const { Code: code = {}, Handler, ZipFile, CosBucketName, CosObjectName } = asked;
    const given = {
      ...code,
      ...(ZipFile && { ZipFile }),
      ...(CosBucketName && { CosBucketName }),
      ...(CosObjectName && { CosObjectName }),
    };
    // What still runs may load more of the old code: its folder goes when everything else does.
    deployed.code = await unpacked(given);
    if (Handler !== undefined) deployed.settings = { ...deployed.settings, handler: Handler };
    pass(deployed, 'Updating', settle(deployed, 'UpdateFailed', failureOf(asked.FunctionName)));
    await runtime.refresh(deployed);
    return {};
  });

  const UpdateFunctionConfiguration = action(parameters.updateConfiguration, async asked => {
    const deployed = restingOf(asked.FunctionName, asked.Namespace, 'UpdateFunctionConfiguration');
    if (asked.Runtime !== undefined && asked.Runtime !== deployed.settings.runtime) {
      throw new ApiError(wrong('Runtime'), 'The runtime cannot be changed.');
    }
    const settings = withChanges(deployed.settings, asked);
    checkSettings(settings, asked, options);
    deployed.settings = settings;
    pass(deployed, 'Updating', settle(deployed, 'UpdateFailed', failureOf(asked.FunctionName)));
    await runtime.refresh(deployed);
    return {};
  });

  const DeleteFunction = action(parameters.oneFunction, async asked => {
    const deployed = restingOf(asked.FunctionName, asked.Namespace, 'DeleteFunction');
    pass(deployed, 'Deleting', () => functions.delete(`${deployed.namespace}/${deployed.name}`));
    await runtime.forget(deployed);
    await rm(deployed.code.folder, { recursive: true, force: true });
    return {};
  });

  const PutReservedConcurrencyConfig = action(parameters.reserveConcurrency, asked => {
    const deployed = restingOf(asked.FunctionName, asked.Namespace, 'PutReservedConcurrencyConfig');
    deployed.settings = { ...deployed.settings, reservedMb: asked.ReservedConcurrencyMem };
    return {};
  });

  const DeleteReservedConcurrencyConfig = action(parameters.freeConcurrency, asked => {
    const deployed = restingOf(asked.FunctionName, asked.Namespace, 'DeleteReservedConcurrencyConfig');
    deployed.settings = { ...deployed.settings, reservedMb: undefined };
    return {};
  });

  const GetFunction = action(parameters.oneFunction, asked => {
    const deployed = functionOf(asked.FunctionName, asked.Namespace);
    return describeFunction(deployed, runtime.urlOf(deployed));
  });

  const GetFunctionAddress = action(parameters.oneFunction, asked => {
    return { Url: '', CodeSha256: functionOf(asked.FunctionName, asked.Namespace).code.sha256 };
  });

  const ListFunctions = action(parameters.listFunctions, asked => {
    const found = [...functions.values()].filter(
      ({ name, namespace, settings }) =>
        namespace === asked.Namespace &&
        name.includes(asked.SearchKey) &&
        settings.description.includes(asked.Description),
    );
    const sorted = found.toSorted((one, other) => one.name.localeCompare(other.name));
    return { Functions: pageOf(sorted, asked).map(listedFunction), TotalCount: found.length };
  });

  const Invoke = action(parameters.invoke, async asked => {
    const deployed = functionOf(asked.FunctionName, asked.Namespace);
    const { InvocationType, ClientContext, LogType } = asked;
    const most = InvocationType === 'Event' ? 128 * 1024 : 6 * 1024 * 1024;
    if (Buffer.byteLength(ClientContext) > most)
      throw new ApiError('InvalidParameter.RequestTooLarge', 'The event is too large.');
    if (deployed.settings.type === 'HTTP')
      throw new ApiError(wrong('FunctionType'), 'A web function cannot be invoked.');
    if (/^(Creating|CreateFailed|Deleting)$/.test(deployed.status)) {
      throw new ApiError('FailedOperation.InvokeFunction', `The function is ${deployed.status}.`);
    }
    const event = jsonOf(ClientContext);
    if (InvocationType === 'Event') options.runLater(deployed, event);
    if (InvocationType === 'Event') return { Result: { ...emptyResult, FunctionRequestId: randomUUID() } };
    return { Result: resultOf(await runtime.invoke(deployed, event), LogType === 'Tail') };
  });

  const actions = {
    ...{ CreateFunction, UpdateFunctionCode, UpdateFunctionConfiguration, DeleteFunction, GetFunction },
    ...{ GetFunctionAddress, ListFunctions, Invoke, PutReservedConcurrencyConfig, DeleteReservedConcurrencyConfig },
    ...triggerActions({ restingOf, functionOf, runtime, forgetsDescriptions: options.forgetsDescriptions }),
  };
  return {
    product: { name: 'scf', version: '2018-04-16', actions },
    functions,
    functionOf,
    failChanges: (name, reason, times) => void failing.set(name, { reason, times }),
  };
}

function objectOf({ object }: ScfOptions, { CosBucketName: bucket, CosObjectName: key }: Code): Buffer {
  if (bucket === undefined || key === undefined)
    throw new ApiError('MissingParameter', 'Code: ZipFile or a COS object must be given.');
  const found = object(bucket, key.replace(/^\//, ''));
  if (found === undefined) throw new ApiError('ResourceNotFound.Cos', 'The COS object does not exist.');
  return found;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ApiError(wrong('Param'), 'The event is not JSON.');
  }
}
