import { failedFunction } from '../../scripts/tencent/resources/failed-function.ts';
import type { PresentFunction } from '../../scripts/tencent/resources/scf.ts';
import type { StatusReason } from '../cloud/scf/deployed-function.ts';
import { type Deployment, startDeployment } from './deployment.ts';

const bill = 'websocket-order-dev-bill';
const overdue: StatusReason = { ErrorCode: 'OperationDenied.Arrears', ErrorMessage: 'the account is in arrears' };
const unzipped: StatusReason = { ErrorCode: 'FailedOperation.Unzip', ErrorMessage: 'Unzip codezip failed' };

describe('12.2: what is said of a function that has failed', () => {
  const said = (status: string, ...reasons: string[]) =>
    failedFunction({ name: 'fn', status, reasons } as PresentFunction).message;

  it('is its state, every reason and what to do', () => {
    expect(said('CreateFailed', 'A.B: one', 'C.D: two')).toBe(
      [
        'fn could not be made (CreateFailed):',
        '  - A.B: one',
        '  - C.D: two',
        '  what to do: look at the function at console.cloud.tencent.com/scf and mend what the reason names; then run the same command again, what was done is kept',
      ].join('\n'),
    );
    expect(said('UpdateFailed')).toContain('could not be changed (UpdateFailed):\n  - the cloud gives no reason\n');
    expect(said('DeleteFailed')).toContain('could not be removed');
    expect(said('PublishFailed')).toContain('could not be made ready');
  });

  it.each([
    [
      'OperationDenied.AccountNotExists: account is abnormal (CLS service is unregistered)',
      /open CLS .*QcloudCLSFullAccess/,
    ],
    ['UnauthorizedOperation: you are not authorized to perform operation (cls:CreateLogset)', /QcloudCLSFullAccess/],
    ['ResourceUnavailable.InsufficientBalance: insufficient balance', /owes money/],
    ['账户已欠费', /owes money/],
    ['ResourceNotFound.Vpc: subnet has no addresses', /provider\.vpc/],
    ['InvalidParameterValue.Role: cannot assume it', /SCF_QcsRole/],
    ['FailedOperation: Unzip codezip failed', /build again/],
    ['UnauthorizedOperation: no permission', /policies that docs\/deploying\.md lists/],
    ['LimitExceeded.Eip: quota', /higher quota/],
  ])('after “%s” is advice of its own', (reason, advice) => {
    expect(said('CreateFailed', reason)).toMatch(advice);
  });
});

describe('12.2: a deployment whose function fails', () => {
  let world: Deployment;
  beforeEach(async () => {
    world = await startDeployment({ timers: 'on demand' });
  });
  afterEach(() => world.end());

  const calls = (action: string) =>
    world.cloud.faults.calls.filter(call => call.action === action && call.parameters.FunctionName === bill).length;

  it('when it is made, stops with the reason after one try, and the next run makes it', async () => {
    world.cloud.failChanges(bill, overdue, Number.POSITIVE_INFINITY);
    const { status, stdout } = await world.sls('deploy');
    expect(status).toBe(1);
    expect(stdout).toMatch(
      /websocket-order-dev-bill could not be made \(CreateFailed\):\n {2}- OperationDenied\.Arrears: the account is in arrears\n {2}what to do: the account owes money/,
    );
    expect(calls('CreateFunction')).toBe(1);
    // What comes after it was not begun.
    expect(() => world.cloud.functionOf('websocket-order-dev-gateway')).toThrow();
    world.cloud.failChanges(bill, overdue, 0);
    expect((await world.sls('deploy')).output).not.toContain('Error');
    expect([calls('DeleteFunction'), calls('CreateFunction')]).toEqual([1, 2]);
    expect((await world.sls('deploy')).stderr).toContain('nothing to change');
  });

  it('when it is changed, stops with the reason after one try, and the next run changes it', async () => {
    expect((await world.sls('deploy')).output).not.toContain('Error');
    world.addFile('dist/bill/more.txt', 'more');
    for (const action of ['UpdateFunctionCode', 'UpdateFunctionConfiguration']) {
      const before = calls(action);
      world.cloud.failChanges(bill, unzipped);
      // The second time only the configuration differs.
      if (action === 'UpdateFunctionConfiguration')
        world.environment.TOKEN_SECRET = 'another-token-secret-of-the-tests';
      const { status, stdout } = await world.sls('deploy', 'function', '-f', 'bill');
      expect(status).toBe(1);
      expect(stdout).toContain('could not be changed (UpdateFailed):\n  - FailedOperation.Unzip: Unzip codezip failed');
      expect(calls(action)).toBe(before + 1);
      expect((await world.sls('deploy', 'function', '-f', 'bill')).output).not.toContain('Error');
    }
    expect((await world.sls('deploy', 'function', '-f', 'bill')).stderr).toContain('nothing to change');
  });
});
