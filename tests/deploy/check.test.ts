import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type Cloud, type CloudOptions, startCloud } from '../cloud/cloud.ts';

/** Runs the check against a stand-in; `calls` is what it wrote down. */
async function check(options: CloudOptions, work: (cloud: Cloud) => void = () => {}, more: string[] = []) {
  const cloud = await startCloud({ timers: 'on demand', ...options });
  const folder = mkdtempSync(path.join(os.tmpdir(), 'websocket-order-check-'));
  const file = path.join(folder, 'seen.json');
  work(cloud);
  const env = {
    PATH: process.env.PATH,
    HOME: process.env.HOME,
    ...cloud.env,
    TENCENT_POLL_MS: '20',
    TENCENT_RETRY_MS: '5',
  };
  const args = ['scripts/run.mjs', 'scripts/deploy-check.ts', '--record', file, ...more];
  const [status, output] = await new Promise<[number, string]>(resolve =>
    execFile(process.execPath, args, { env }, (error, stdout, stderr) =>
      resolve([Number(error?.code ?? 0), stdout + stderr]),
    ),
  );
  const text = readFileSync(file, 'utf8');
  rmSync(folder, { recursive: true });
  const isEmpty = cloud.isEmpty();
  await cloud.close();
  return { cloud, status, output, text, isEmpty };
}

describe('12: npm run deploy:check', () => {
  const bucket = ['--bucket', 'check-1250000000'];

  it('finds that all is as a deployment relies on, leaves nothing, and writes nothing down that is the account’s', async () => {
    const { cloud, status, output, text, isEmpty } = await check({ cls: 'open' }, undefined, bucket);
    expect(output).not.toMatch(/^(NO|--)/m);
    expect([status, isEmpty]).toEqual([0, true]);
    const { calls } = JSON.parse(text) as { calls: { product: string; action: string }[] };
    expect(new Set(calls.map(({ product }) => product))).toEqual(
      new Set(['scf', 'cls', 'apigateway', 'postgres', 'cos']),
    );
    // Nothing that is paid by the hour.
    expect(calls.map(({ action }) => action)).not.toContain('CreateInstances');
    const { TENCENT_SECRET_ID: id, TENCENT_SECRET_KEY: key } = cloud.env;
    for (const secret of [id, key, cloud.appId, '127.0.0.1', 'UEsDB']) expect(text).not.toContain(secret);
    expect(text).not.toMatch(/(lam|service|api)-[0-9a-z]{8}\b|[\da-f]{8}-[\da-f]{4}-/);
  });

  it('says what it has not looked at, since the account does not have it, and that is no fault', async () => {
    const { status, output, isEmpty } = await check({ cls: 'unopened' }, cloud =>
      cloud.faults.add({
        action: 'DescribeServicesStatus',
        code: 'UnsupportedOperation',
        message: 'no more',
        times: 99,
      }),
    );
    expect([status, isEmpty]).toEqual([0, true]);
    expect(output.split('\n').filter(line => line.startsWith('--'))).toEqual([
      '--   CLS: not looked at: OperationDenied.AccountNotExists',
      '--   API Gateway: not looked at: UnsupportedOperation',
      '--   COS: not looked at: name a new bucket with --bucket',
    ]);
  });

  it.each([
    [['--rekord'], 'unknown argument --rekord: npm run deploy:check'],
    [['--bucket'], '--bucket wants the name of a bucket'],
    [['--bucket', 'Check'], "--bucket Check: must be a name with the account's number"],
  ])('with %j ends before it asks anything', (args, message) => {
    const ended = spawnSync(process.execPath, ['scripts/run.mjs', 'scripts/deploy-check.ts', ...args], {
      encoding: 'utf8',
    });
    expect([ended.status, ended.stderr]).toEqual([2, expect.stringContaining(message)]);
  });

  it('names what is otherwise', async () => {
    const { status, output, isEmpty } = await check({ plainHttp: 'refused', forgetsDescriptions: true, cls: 'open' });
    expect([status, isEmpty]).toEqual([1, true]);
    const otherwise = output.split('\n').filter(line => line.startsWith('NO'));
    expect(otherwise).toEqual([
      'NO   the marks of triggers come back',
      'NO   a web function with WebSockets answers plain HTTP',
    ]);
  });

  it('removes what it made when a call fails, and says which', async () => {
    const { status, output, isEmpty } = await check({ cls: 'open' }, cloud =>
      cloud.faults.add({ action: 'CreateTrigger', code: 'LimitExceeded.Trigger', message: 'no more' }),
    );
    expect([status, isEmpty]).toEqual([1, true]);
    expect(output).toContain('scf CreateTrigger (websocket-order-check-event, http) failed: LimitExceeded.Trigger');
  });
});
