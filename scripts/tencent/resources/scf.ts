import type { GetFunctionResponse } from 'tencentcloud-sdk-nodejs/tencentcloud/services/scf/v20180416/scf_models.js';
import type { Cloud } from '../cloud.ts';
import { DeployError, isMissing } from '../failures.ts';
import { lookUntil } from '../patience.ts';
import type { Variables } from '../service/environment.ts';
import { type Marks, readMarks } from '../service/marks.ts';
import type { Settings } from '../service/settings.ts';
import { failedFunction, hasFailed } from './failed-function.ts';
import type { FoundFunction } from './plan.ts';

/** A function as it is in the cloud. */
export interface PresentFunction extends FoundFunction {
  name: string;
  /** Why it has failed, where its status says that it has. */
  reasons: string[];
  variables: Variables;
  /** Bytes of its package. */
  codeSize: number;
  triggers: PresentTrigger[];
  hasVpc: boolean;
  hasLayers: boolean;
  /** Of CLS; empty where it logs nowhere. */
  logTopicId: string;
}

/** What calls a function, as it is in the cloud. */
export interface PresentTrigger {
  type: string;
  name: string;
  /** JSON for function URLs; for timers the cron expression, as text or as JSON. */
  description: string;
  isEnabled: boolean;
  /** `undefined`: we did not configure it, or the cloud does not give descriptions back. */
  marks: Marks | undefined;
}

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
export async function waitUntilSettled(cloud: Cloud, name: string): Promise<PresentFunction | undefined> {
  let status = '';
  const look = async () => {
    const found = await readFunction(cloud, name);
    status = found?.status ?? '';
    return /^(Creating|Updating|Deleting|Publishing)$/.test(status) ? undefined : { found };
  };
  const settled = await lookUntil(look, cloud.patience);
  if (settled !== undefined) return settled.found;
  const seconds = Math.round(cloud.patience.patienceMs / 1000);
  throw new DeployError(
    `${name} is still ${status} after ${seconds} s: run the same command again when the console shows its status as normal; what was done is kept`,
  );
}

/**
 * As `waitUntilSettled`, after a change of ours: when that failed it would fail again.
 * @throws DeployError with the reasons that the cloud gives
 */
export async function waitUntilChanged(cloud: Cloud, name: string): Promise<PresentFunction | undefined> {
  const found = await waitUntilSettled(cloud, name);
  if (found !== undefined && hasFailed(found)) throw failedFunction(found);
  return found;
}

/** @throws DeployError when there is no such function */
export function requireDeployed(name: string, found: PresentFunction | undefined): PresentFunction {
  if (found === undefined) throw new DeployError(`${name} is not deployed`);
  return found;
}

/** Says that a name is taken. */
export function notOurs(name: string): DeployError {
  return new DeployError(
    `there is a function ${name} already that this stage did not make: nothing of it was changed; rename the service or the stage, or remove the function`,
  );
}

/** With what the function's code ended with, when that is why. */
function reasonsOf({ StatusReasons, StatusDesc, CodeResult, CodeError }: GetFunctionResponse): string[] {
  const reasons = (StatusReasons ?? []).map(({ ErrorCode, ErrorMessage }) =>
    [ErrorCode, ErrorMessage].filter(Boolean).join(': '),
  );
  if (reasons.length === 0 && StatusDesc) reasons.push(StatusDesc);
  if (CodeResult === 'failed' && CodeError) reasons.push(`code: ${CodeError}`);
  return reasons;
}

function presentOf(name: string, answer: GetFunctionResponse): PresentFunction {
  const marks: Marks | undefined = readMarks(answer.Description);
  return {
    name,
    status: answer.Status ?? 'Active',
    reasons: reasonsOf(answer),
    type: answer.Type ?? 'Event',
    runtime: answer.Runtime ?? '',
    marks,
    codeSize: answer.CodeSize ?? 0,
    hasVpc: Boolean(answer.VpcConfig?.VpcId),
    hasLayers: (answer.Layers ?? []).length > 0,
    logTopicId: answer.ClsTopicId ?? '',
    variables: Object.fromEntries(
      (answer.Environment?.Variables ?? []).map(({ Key = '', Value = '' }) => [Key, Value]),
    ),
    triggers: (answer.Triggers ?? []).map(({ Type = '', TriggerName = '', TriggerDesc = '', Enable, Description }) => ({
      type: Type,
      name: TriggerName,
      description: TriggerDesc,
      isEnabled: Enable !== 0,
      marks: readMarks(Description),
    })),
  };
}
