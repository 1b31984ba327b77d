import * as v from 'valibot';
import { namespace } from './function-parameters.ts';
import { page, wrong } from './parameters.ts';

const time = v.pipe(v.string(), v.regex(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/, wrong('DateTime')));

/** Parameters of GetFunctionLogs (583/18583). */
export const getLogs = v.strictObject({
  FunctionName: v.optional(v.string()),
  Namespace: namespace,
  Qualifier: v.optional(v.string()),
  FunctionRequestId: v.optional(v.string()),
  ...page(10_000),
  Order: v.optional(v.picklist(['asc', 'desc'], wrong('Order')), 'desc'),
  OrderBy: v.optional(
    v.picklist(['function_name', 'duration', 'mem_usage', 'start_time'], wrong('OrderBy')),
    'start_time',
  ),
  Filter: v.optional(v.strictObject({ RetCode: v.picklist(['not0', 'is0'], wrong('RetCode')) })),
  StartTime: v.optional(time),
  EndTime: v.optional(time),
});
