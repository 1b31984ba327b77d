import { busyAdvice, saysBusy } from './busy.ts';

/** A call of the cloud's API that did not succeed. */
export class CallFailure extends Error {
  override readonly name = 'CallFailure';
  /** The code of the error, as `LimitExceeded.Function`; `Network` when no answer came. */
  readonly code: string;
  /** Whether the call may have done its work all the same. */
  readonly isUnknown: boolean;
  /** Whether it was refused because its function is being changed at this moment: waiting helps. */
  readonly isBusy: boolean;

  constructor(call: FailedCall, cause: unknown) {
    super(describe(call), { cause });
    this.code = call.code;
    this.isUnknown = call.code === 'Network' || call.code.startsWith('InternalError');
    this.isBusy = saysBusy(call);
  }
}

/** What is known of a failed call. */
export interface FailedCall {
  product: string;
  action: string;
  /** What it was about, as a function's name. */
  subject?: string | undefined;
  code: string;
  message: string;
  requestId?: string | undefined;
}

/** A mistake of whoever deploys, or a state of the cloud that a person has to look at: the message says it all. */
export class DeployError extends Error {
  override readonly name = 'DeployError';
}

/** Whether an error says that a thing is not there. */
export function isMissing(error: unknown): boolean {
  return error instanceof CallFailure && /^(?!AuthFailure)(ResourceNotFound|.*(NotFound$|NotExist))/.test(error.code);
}

/** Whether an error says that a thing is there already. */
export function isPresent(error: unknown): boolean {
  return error instanceof CallFailure && /^ResourceInUse|AlreadyExist/.test(error.code);
}

/** What a person can do about an error code; the longest beginning that fits counts. */
const advice: [beginning: string, whatToDo: string][] = [
  [
    'AuthFailure.SecretIdNotFound',
    'TENCENT_SECRET_ID is not a key of any account: copy it again from console.cloud.tencent.com/cam/capi',
  ],
  [
    'AuthFailure.SignatureFailure',
    'TENCENT_SECRET_KEY does not belong to TENCENT_SECRET_ID: copy both again from console.cloud.tencent.com/cam/capi',
  ],
  ['AuthFailure.SignatureExpire', "this machine's clock is wrong by more than five minutes: set it"],
  ['AuthFailure.TokenFailure', 'TENCENT_TOKEN has expired or belongs to another key: get new temporary credentials'],
  [
    'AuthFailure.UnauthorizedOperation',
    'the key may not do this: give its user the policies that docs/deploying.md lists',
  ],
  ['AuthFailure', 'check TENCENT_SECRET_ID, TENCENT_SECRET_KEY and, with temporary credentials, TENCENT_TOKEN'],
  [
    'UnauthorizedOperation.FunctionStatus',
    'the function is in a state that allows no change: look at it in the console; `npx sls deploy` makes one anew that could not be created',
  ],
  ['UnauthorizedOperation', 'the key may not do this: give its user the policies that docs/deploying.md lists'],
  ['LimitExceeded.Function', 'the region has no room for more functions: delete unused ones or ask for a higher quota'],
  ['LimitExceeded.Memory', 'the account has no more function memory: lower memorySize or ask for a higher quota'],
  ['LimitExceeded', 'a quota of the account is used up: delete what is unused, or ask for more in the console'],
  ['RequestLimitExceeded', 'too many calls a second, also after waiting: run the same command again in a minute'],
  ['ResourceInsufficient', 'the region is out of this resource at the moment: try another zone or class'],
  [
    'ResourceUnavailable',
    'the resource cannot be used now, often because the account owes money: look at it in the console',
  ],
  ['ResourceInUse', 'the name is taken by something that this stage did not make: rename the service or the stage'],
  ['NoSuchBucket', 'it was removed meanwhile: run `npx sls deploy` again'],
  ['BucketAlreadyExists', 'the name of the bucket is taken: name another in serverless.yml'],
  ['InvalidBucketName', 'a bucket is named as my-pages-1250000000, with the number of your account at its end'],
  ['TooManyBuckets', 'the account has no room for more buckets: delete unused ones or ask for a higher quota'],
  [
    'AccessDenied',
    'the bucket belongs to another account, or the key may not do this: docs/deploying.md lists policies',
  ],
  ['Http403', 'the bucket belongs to another account, or the key may not do this: docs/deploying.md lists policies'],
  ['InvalidAccessKeyId', 'TENCENT_SECRET_ID is not a key of any account: copy it again'],
  ['SignatureDoesNotMatch', 'TENCENT_SECRET_KEY does not belong to TENCENT_SECRET_ID: copy both again'],
  ['RequestTimeTooSkewed', "this machine's clock is wrong: set it"],
  [
    'OperationDenied.AccountNotExists',
    'CLS was never opened for this account: open it at console.cloud.tencent.com/cls, or leave out provider.logs',
  ],
  ['SlowDown', 'too many calls a second, also after waiting: run the same command again in a minute'],
  ['ResourceNotFound.Vpc', 'the VPC or subnet of serverless.yml does not exist in this region'],
  ['ResourceNotFound.Role', 'create the role SCF_QcsRole: open the SCF console once and agree'],
  ['ResourceNotFound', 'it was removed meanwhile: run `npx sls deploy` again'],
  [
    'InvalidParameterValue.Runtime',
    'this region does not offer the runtime: set provider.runtime to one that it lists',
  ],
  ['InvalidParameter', 'a value of serverless.yml is not accepted here: the message names it'],
  ['UnsupportedRegion', 'the region does not exist or does not offer this product: change provider.region'],
  [
    'UnsupportedOperation',
    'the account cannot use this product or option; API Gateway, for one, is sold to nobody new: use `gateway: webfunction`',
  ],
  ['FailedOperation', 'the cloud could not finish: run the same command again; what was done is kept'],
  ['InternalError', 'a fault of the cloud: run the same command again; what was done is kept'],
  [
    'Network',
    'no answer from the cloud: check the network (and http_proxy), then run the same command again; what was done is kept',
  ],
];

/** What to do about an error code. */
export function adviceFor(code: string): string {
  const [first] = advice
    .filter(([beginning]) => code.startsWith(beginning))
    .toSorted(([one], [other]) => other.length - one.length);
  return first?.[1] ?? 'run the same command again; if it stays, give the request id to the support of Tencent Cloud';
}

function describe(call: FailedCall): string {
  const { product, action, subject, code, message, requestId } = call;
  return [
    `${product} ${action}${subject === undefined ? '' : ` (${subject})`} failed: ${code}: ${message}`,
    ...(requestId ? [`  request id: ${requestId}`] : []),
    `  what to do: ${saysBusy(call) ? busyAdvice : adviceFor(code)}`,
  ].join('\n');
}
