import { DeployError } from '../failures.ts';

/** What the cloud says of a function: its status, as in `UpdateFailed`, and the reasons of a failure. */
interface FunctionStatus {
  readonly name: string;
  readonly status: string;
  readonly reasons: readonly string[];
}

/** Whether a function could not be made, changed or removed. */
export function hasFailed({ status }: Pick<FunctionStatus, 'status'>): boolean {
  return status.endsWith('Failed');
}

/** Says that a function has failed, why, as the cloud gives it, and what to do. */
export function failedFunction({ name, status, reasons }: FunctionStatus): DeployError {
  const what = { CreateFailed: 'made', UpdateFailed: 'changed', DeleteFailed: 'removed' }[status] ?? 'made ready';
  const lines = reasons.length > 0 ? reasons : ['the cloud gives no reason'];
  return new DeployError(
    [
      `${name} could not be ${what} (${status}):`,
      ...lines.map(reason => `  - ${reason}`),
      `  what to do: ${adviceFor(reasons.join('\n'))}; then run the same command again, what was done is kept`,
    ].join('\n'),
  );
}

/** By words of the reasons, the first that fits. */
const advice: [words: RegExp, whatToDo: string][] = [
  [
    /cls|log ?set|log topic|AccountNotExists|日志/i,
    "the cloud wants to keep the function's logs: open CLS at console.cloud.tencent.com/cls and give the key's user the policy QcloudCLSFullAccess",
  ],
  [/balance|arrear|overdue|insufficient.?fund|欠费|余额/i, 'the account owes money: settle it in the billing center'],
  [/vpc|subnet|\beni\b|网络/i, 'see whether provider.vpc exists in this region and its subnet has free addresses'],
  [/role|assume|角色/i, 'open the SCF console once and agree to the role SCF_QcsRole; look at provider.role'],
  [/zip|code ?package|代码包/i, 'build again: leave out --prebuilt'],
  [/not authorized|no permission|unauthorized|权限/i, 'give the key the policies that docs/deploying.md lists'],
  [/quota|limit|配额/i, 'delete what is unused, or ask for a higher quota in the console'],
];

function adviceFor(reasons: string): string {
  const [, found] = advice.find(([words]) => words.test(reasons)) ?? [];
  return found ?? 'look at the function at console.cloud.tencent.com/scf and mend what the reason names';
}
