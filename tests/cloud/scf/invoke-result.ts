import type { Invocation } from './deployed-function.ts';

/** `Result` of a call that nobody waits for. */
export const emptyResult = {
  Log: '',
  RetMsg: '',
  ErrMsg: '',
  MemUsage: 0,
  Duration: 0,
  BillDuration: 0,
  InvokeResult: 0,
};

/** `Result` of Invoke (583/17243): what was returned, or the error in its place. */
export function resultOf(invocation: Invocation, withLog: boolean): object {
  const { status, answer, message, log, memoryBytes, durationMs, requestId } = invocation;
  const failure = { errorCode: -1, errorMessage: message, requestId, statusCode: status };
  return {
    Log: withLog ? log.slice(-4096) : '',
    RetMsg: status === 200 ? answer : JSON.stringify(failure),
    ErrMsg: status === 200 ? '' : message,
    MemUsage: memoryBytes,
    Duration: durationMs,
    BillDuration: durationMs,
    FunctionRequestId: requestId,
    InvokeResult: status === 200 ? 0 : status,
  };
}
