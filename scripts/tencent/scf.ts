import type { GetFunctionResponse } from 'tencentcloud-sdk-nodejs/tencentcloud/services/scf/v20180416/scf_models.js';
import type { Cloud } from './cloud.ts';
import type { Variables } from './environment.ts';
import { DeployError, isMissing } from './failures.ts';
import { type Marks, readMarks } from './marks.ts';
import type { FoundFunction } from './plan.ts';
import type { Settings } from './settings.ts';

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

/** Says that a name is taken. */
export function notOurs(name: string): DeployError {
  return new DeployError(
    `there is a function ${name} already that this stage did not make: nothing of it was changed; rename the service or the stage, or remove the function`,
  );
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
