import type { Cloud } from '../cloud.ts';
import { DeployError } from '../failures.ts';

/**
 * Calls a function and waits for its answer, its return value parsed. `showLog` gets the end of the call's own log.
 * @throws DeployError with the function's error and the end of its log
 */
export async function invokeFunction(
  { scf }: Cloud,
  name: string,
  event: unknown,
  showLog: (log: string) => void = () => {},
): Promise<unknown> {
  const { Result, RequestId } = await scf(
    'Invoke',
    { FunctionName: name, InvocationType: 'RequestResponse', ClientContext: JSON.stringify(event), LogType: 'Tail' },
    name,
  );
  const { RetMsg = '', ErrMsg = '', Log = '', InvokeResult = 0, FunctionRequestId } = Result ?? {};
  if (ErrMsg !== '' || InvokeResult !== 0) {
    const lines = Log.trim().split('\n').slice(-10).join('\n  ');
    throw new DeployError(
      `${name} failed: ${ErrMsg || RetMsg || `result ${InvokeResult}`}\n  request id: ${FunctionRequestId ?? RequestId}${lines === '' ? '' : `\n  ${lines}`}`,
    );
  }
  if (Log.trim() !== '') showLog(Log.trim());
  try {
    return JSON.parse(RetMsg);
  } catch {
    return RetMsg;
  }
}
