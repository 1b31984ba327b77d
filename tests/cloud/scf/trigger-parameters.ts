import * as v from 'valibot';
import { page, wrong } from '../parameters.ts';
import { named, qualifier } from './parameters.ts';

const trigger = {
  ...named,
  TriggerName: v.pipe(v.string(), v.regex(/^[\w-]{1,100}$/, wrong('TriggerName'))),
  Qualifier: qualifier,
};
const enable = v.picklist(['OPEN', 'CLOSE'], wrong('Enable'));

/** Parameters of CreateTrigger and UpdateTrigger (583/18589). */
export const putTrigger = v.strictObject({
  ...trigger,
  Type: v.picklist(['timer', 'http'], wrong('Type')),
  TriggerDesc: v.optional(v.string()),
  Enable: v.optional(enable, 'OPEN'),
  CustomArgument: v.optional(v.string()),
  Description: v.optional(v.string()),
});

/** Parameters of DeleteTrigger (583/18588). */
export const deleteTrigger = v.strictObject({ ...trigger, Type: v.string(), TriggerDesc: v.optional(v.string()) });

/** Parameters of ListTriggers (583/40113). */
export const listTriggers = v.strictObject({
  ...named,
  ...page(100),
  OrderBy: v.optional(v.string()),
  Order: v.optional(v.string()),
  Filters: v.optional(v.array(v.unknown())),
});
