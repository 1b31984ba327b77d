import { ApiError } from './api-error.ts';

/** How SCF refuses a change that the status of a function does not allow. */
export function refused(action: string, status: string): ApiError {
  return new ApiError(
    'UnauthorizedOperation.FunctionStatus',
    `Function status ${status} is not allowed to do ${action}.`,
  );
}

/**
 * How SCF refuses to change a function that is being changed: in one of several ways, each of which has been seen. They
 * come in turn, so that a caller has to know them all.
 */
export function createBusyRefusals(): (action: string, status: string) => ApiError {
  let count = 0;
  return (action, status) => {
    const first = refused(action, status);
    const refusals = [
      new ApiError(`FailedOperation.${action}`, '当前函数状态无法进行此操作，请在函数状态正常时重试。'),
      new ApiError('FailedOperation.FunctionStatusError', first.message),
      new ApiError('ResourceInUse', 'The function is in use.'),
    ];
    count += 1;
    return refusals[count % 4] ?? first;
  };
}
