/** A call that the cloud refused. */
interface RefusedCall {
  action: string;
  code: string;
  message: string;
}

/**
 * Whether a call was refused because its function is being made, changed or removed at this moment: by the console, by
 * another deployment, or by the cloud itself, which goes on for seconds after each change. It did nothing, and waiting
 * helps. SCF says so in several ways: by a code that names the status, in words, in English or in Chinese.
 */
export function saysBusy({ action, code, message }: RefusedCall): boolean {
  if (!/^(FailedOperation|ResourceInUse|UnauthorizedOperation)\b/.test(code)) return false;
  // A failure does not pass by itself.
  if (/(Create|Update|Delete|Publish)Failed/.test(message)) return false;
  // What is to be created and is in use has a name that is taken.
  if (code === 'ResourceInUse' && !action.startsWith('Create')) return true;
  return /Status/.test(code) || /\b(Creating|Updating|Deleting|Publishing)\b|\bstatus\b|状态/i.test(message);
}

/** What to do when it stays so. */
export const busyAdvice =
  'it is being changed by somebody else or by the cloud itself, also after waiting: run the same command again when the console shows its status as normal; what was done is kept';
