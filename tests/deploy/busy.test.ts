import { type Cloud as Calls, openCloud } from '../../scripts/tencent/cloud.ts';
import { adviceFor } from '../../scripts/tencent/failures.ts';
import { readAccess } from '../../scripts/tencent/service/access.ts';
import { type Cloud, startCloud } from '../cloud/cloud.ts';
import { deploy } from '../cloud/sdk-clients.ts';
import { startDeployment } from './deployment.ts';

describe('12.6: a call for a function that is being changed', () => {
  let cloud: Cloud;
  beforeEach(async () => {
    cloud = await startCloud({ timers: 'on demand' });
    await deploy(cloud, 'exports.main_handler = async () => 1;');
    cloud.faults.forgetCalls();
  });
  afterEach(() => cloud.close());

  const calls = (patienceMs?: number): Calls =>
    openCloud({ ...readAccess(cloud.region, cloud.env), pollMs: 5, retryMs: 5, patienceMs });
  const change = (patienceMs?: number) =>
    calls(patienceMs).scf('UpdateFunctionConfiguration', { FunctionName: 'fn', Timeout: 9 }, 'fn');
  const refuse = (code: string, message: string, times = Number.POSITIVE_INFINITY) =>
    cloud.faults.add({ action: 'UpdateFunctionConfiguration', times, code, message });

  it.each([
    ['UnauthorizedOperation.FunctionStatus', 'Function status Updating is not allowed to do this.'],
    ['FailedOperation.UpdateFunctionConfiguration', '当前函数状态无法进行此操作，请在函数状态正常时重试。'],
    ['FailedOperation.UpdateFunctionConfiguration', 'The function is Creating.'],
    ['FailedOperation.FunctionStatusError', 'no'],
    ['ResourceInUse', 'The resource is in use.'],
  ])('is repeated after %s: %s', async (code, message) => {
    // More often than a call without an answer would be repeated.
    refuse(code, message, 9);
    await change();
    expect(cloud.faults.calls.map(call => call.code)).toEqual([...Array(9).fill(code), undefined]);
    expect(cloud.functionOf('fn').settings.timeoutSeconds).toBe(9);
  });

  it('is given up after a while, and what is said then is to wait, not to change policies', async () => {
    refuse('UnauthorizedOperation.FunctionStatus', 'Function status Updating is not allowed to do this.');
    const message = await change(1_000).then(String, (error: Error) => error.message);
    expect(message).toMatch(/^scf UpdateFunctionConfiguration \(fn\) failed: UnauthorizedOperation\.FunctionStatus: /);
    expect(message).toMatch(
      /what to do: it is being changed by somebody else or by the cloud itself, also after waiting/,
    );
    expect(message).not.toContain('polic');
    expect(cloud.faults.calls.length).toBeGreaterThan(2);
  });

  it.each([
    ['UnauthorizedOperation.CAM', 'you are not authorized', adviceFor('UnauthorizedOperation')],
    ['FailedOperation.UpdateFunctionConfiguration', 'no', adviceFor('FailedOperation')],
    [
      'UnauthorizedOperation.FunctionStatus',
      'Function status CreateFailed is not allowed to do this.',
      'makes one anew that could not be created',
    ],
  ])('is not repeated after %s: %s', async (code, message, advice) => {
    refuse(code, message);
    await expect(change()).rejects.toThrow(advice);
    expect(cloud.faults.calls).toHaveLength(1);
  });
});

describe('12.6: a deployment to functions that stay busy after each change', () => {
  it('ends with links, changes what differs, and can be removed', async () => {
    const world = await startDeployment({ timers: 'on demand', busyMs: 400 });
    try {
      const first = await world.sls('deploy');
      expect(first.output).not.toContain('Error');
      expect(first.stdout).toMatch(/\/order\.html\n/);
      world.addFile('dist/bill/more.txt', 'more');
      expect((await world.sls('deploy')).stderr).toContain('bill: code and configuration changed');
      const refused = world.cloud.faults.calls.filter(({ code = '' }) =>
        /^(Failed|Unauthorized|ResourceInUse)/.test(code),
      );
      expect(refused.length).toBeGreaterThan(0);
      expect((await world.sls('remove', '--force')).output).not.toContain('Error');
      expect(world.cloud.isEmpty()).toBe(true);
    } finally {
      await world.end();
    }
  });
});
