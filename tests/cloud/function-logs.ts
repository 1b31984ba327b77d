import type * as v from 'valibot';
import { ApiError } from './api-error.ts';
import { apiTime, fromApiTime } from './api-time.ts';
import type { Invocation } from './deployed-function.ts';
import type { getLogs } from './log-parameters.ts';
import { pageOf, wrong } from './parameters.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * The answer of GetFunctionLogs (583/18583): one entry for each call that has ended, of one function within a day.
 * @throws ApiError `InvalidParameterValue.StartTimeOrEndTime`
 */
export function logsOf(invocations: readonly Invocation[], asked: v.InferOutput<typeof getLogs>): object {
  const { FunctionName, Namespace, FunctionRequestId, StartTime, EndTime, Filter, Order } = asked;
  if ((StartTime === undefined) !== (EndTime === undefined)) {
    throw new ApiError(wrong('StartTimeOrEndTime'), 'Both times must be given, or none.');
  }
  const to = EndTime === undefined ? new Date() : fromApiTime(EndTime);
  const from = StartTime === undefined ? new Date(to.getTime() - DAY_MS) : fromApiTime(StartTime);
  if (to.getTime() - from.getTime() > DAY_MS)
    throw new ApiError(wrong('StartTimeOrEndTime'), 'A day at most can be asked for.');
  const found = invocations.filter(
    ({ functionName, namespace, requestId, startedAt, status }) =>
      (FunctionName === undefined || functionName === FunctionName) &&
      namespace === Namespace &&
      (FunctionRequestId === undefined || requestId === FunctionRequestId) &&
      // Times are whole seconds: the last one is meant with all of it.
      startedAt.getTime() >= from.getTime() &&
      startedAt.getTime() < to.getTime() + 1000 &&
      (Filter === undefined || (Filter.RetCode === 'is0') === (status === 200)),
  );
  const sorted = found.toSorted((one, other) => one.startedAt.getTime() - other.startedAt.getTime());
  if (Order === 'desc') sorted.reverse();
  return { TotalCount: found.length, Data: pageOf(sorted, asked).map(entryOf), SearchContext: null };
}

function entryOf(invocation: Invocation): object {
  const { functionName, requestId, status, answer, message, log, startedAt, durationMs, memoryBytes } = invocation;
  return {
    FunctionName: functionName,
    RequestId: requestId,
    RetCode: status === 200 ? 0 : status,
    RetMsg: status === 200 ? answer : message,
    InvokeFinished: 1,
    StartTime: apiTime(startedAt),
    Duration: durationMs,
    BillDuration: durationMs,
    MemUsage: memoryBytes,
    Log: log,
    Level: '',
    Source: '',
    RetryNum: 0,
  };
}
