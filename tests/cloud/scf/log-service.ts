import type { StatusReason } from './deployed-function.ts';

/**
 * Why a function could not be made: SCF makes a log set and a topic for it with the caller's key, unless a topic is named
 * or `AutoCreateClsTopic` is `FALSE` (583/31444). The words are those that others have recorded.
 */
export function logReasons(
  cls: 'forbidden' | 'unopened' | 'open',
  { AutoCreateClsTopic, ClsTopicId }: { AutoCreateClsTopic?: string | undefined; ClsTopicId?: string | undefined },
): StatusReason[] {
  if (cls === 'open' || AutoCreateClsTopic === 'FALSE' || ClsTopicId !== undefined) return [];
  if (cls === 'unopened') {
    const message = 'account is abnormal (CLS service is unregistered)';
    return [{ ErrorCode: 'OperationDenied.AccountNotExists', ErrorMessage: message }];
  }
  const message =
    'you are not authorized to perform operation (cls:CreateLogset) resource (qcs::cls:ap-guangzhou::logset/) has no permission';
  return [{ ErrorCode: 'UnauthorizedOperation', ErrorMessage: message }];
}
