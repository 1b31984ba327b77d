import { ApiError } from '../api-error.ts';
import { type Action, action, pageOf } from '../parameters.ts';
import type { DeployedFunction, StoredTrigger } from './deployed-function.ts';
import type { FunctionRuntime } from './runtime.ts';
import { checkedDesc, describeTrigger } from './trigger-desc.ts';
import { deleteTrigger, listTriggers, putTrigger } from './trigger-parameters.ts';

/** The calls for triggers of SCF. */
export function triggerActions({
  restingOf,
  functionOf,
  runtime,
  forgetsDescriptions,
}: {
  restingOf(name: string, namespace: string, action: string): DeployedFunction;
  functionOf(name: string, namespace: string): DeployedFunction;
  runtime: FunctionRuntime;
  forgetsDescriptions: boolean;
}): Record<string, Action> {
  /** The URL is open while there is a trigger that says so. */
  async function follow(deployed: DeployedFunction): Promise<void> {
    const isOpen = [...deployed.triggers.values()].some(({ type, isEnabled }) => type === 'http' && isEnabled);
    await (isOpen ? runtime.openUrl(deployed) : runtime.closeUrl(deployed));
  }

  const CreateTrigger = action(putTrigger, async asked => {
    const deployed = restingOf(asked.FunctionName, asked.Namespace, 'CreateTrigger');
    const { TriggerName: name, Type: type } = asked;
    const isSecondUrl = type === 'http' && [...deployed.triggers.values()].some(each => each.type === 'http');
    if (deployed.triggers.has(keyOf(type, name)) || isSecondUrl) {
      throw new ApiError('ResourceInUse.Trigger', `The trigger ${name} exists already.`);
    }
    const createdAt = new Date();
    const trigger: StoredTrigger = {
      name,
      type,
      desc: checkedDesc(type, asked.TriggerDesc),
      isEnabled: asked.Enable === 'OPEN',
      qualifier: asked.Qualifier,
      customArgument: asked.CustomArgument ?? '',
      description: forgetsDescriptions ? '' : (asked.Description ?? ''),
      createdAt,
      modifiedAt: createdAt,
    };
    deployed.triggers.set(keyOf(type, name), trigger);
    await follow(deployed);
    return { TriggerInfo: describeTrigger(trigger, deployed, runtime.urlOf(deployed)) };
  });

  const UpdateTrigger = action(putTrigger, async asked => {
    const deployed = restingOf(asked.FunctionName, asked.Namespace, 'UpdateTrigger');
    const trigger = triggerOf(deployed, asked.Type, asked.TriggerName);
    trigger.desc = asked.TriggerDesc === undefined ? trigger.desc : checkedDesc(asked.Type, asked.TriggerDesc);
    trigger.isEnabled = asked.Enable === 'OPEN';
    trigger.customArgument = asked.CustomArgument ?? trigger.customArgument;
    if (!forgetsDescriptions) trigger.description = asked.Description ?? trigger.description;
    trigger.modifiedAt = new Date();
    await follow(deployed);
    return {};
  });

  const DeleteTrigger = action(deleteTrigger, async asked => {
    const deployed = restingOf(asked.FunctionName, asked.Namespace, 'DeleteTrigger');
    triggerOf(deployed, asked.Type, asked.TriggerName);
    deployed.triggers.delete(keyOf(asked.Type, asked.TriggerName));
    await follow(deployed);
    return {};
  });

  const ListTriggers = action(listTriggers, asked => {
    const deployed = functionOf(asked.FunctionName, asked.Namespace);
    const all = [...deployed.triggers.values()].map(each => describeTrigger(each, deployed, runtime.urlOf(deployed)));
    return { Triggers: pageOf(all, asked), TotalCount: all.length };
  });

  return { CreateTrigger, UpdateTrigger, DeleteTrigger, ListTriggers };
}

function triggerOf({ triggers }: DeployedFunction, type: string, name: string): StoredTrigger {
  const found = triggers.get(keyOf(type, name));
  if (found === undefined) throw new ApiError('ResourceNotFound.Trigger', `The trigger ${name} does not exist.`);
  return found;
}

function keyOf(type: string, name: string): string {
  return `${type}/${name}`;
}
