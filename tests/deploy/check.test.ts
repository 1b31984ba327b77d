import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type Cloud, type CloudOptions, startCloud } from '../cloud/cloud.ts';

jest.setTimeout(120_000);

/** Runs the check against a stand-in; `calls` is what it wrote down. */
async function check(options: CloudOptions, work: (cloud: Cloud) => void = () => {}) {
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
  const args = ['scripts/run.mjs', 'scripts/deploy-check.ts', '--record', file];
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
  it('finds that all is as a deployment relies on, leaves nothing, and writes nothing down that is the account’s', async () => {
    const { cloud, status, output, text, isEmpty } = await check({});
    expect(output).not.toContain('NO');
    expect([status, isEmpty]).toEqual([0, true]);
    const actions = (JSON.parse(text) as { calls: { action: string }[] }).calls.map(({ action }) => action);
    expect(new Set(actions)).toEqual(
      new Set(['GetFunction', 'CreateFunction', 'Invoke', 'CreateTrigger', 'UpdateTrigger', 'DeleteFunction']),
    );
    for (const secret of [cloud.env.TENCENT_SECRET_ID, cloud.env.TENCENT_SECRET_KEY, cloud.appId, '127.0.0.1', 'UEsDB'])
      expect(text).not.toContain(secret);
    expect(text).not.toMatch(/lam-[0-9a-f]/);
  });

  it('names what is otherwise', async () => {
    const { status, output, isEmpty } = await check({ plainHttp: 'refused', forgetsDescriptions: true });
    expect([status, isEmpty]).toEqual([1, true]);
    const otherwise = output.split('\n').filter(line => line.startsWith('NO'));
    expect(otherwise).toEqual([
      'NO   the marks of triggers come back',
      'NO   a web function with WebSockets answers plain HTTP',
    ]);
  });

  it('removes what it made when a call fails, and says which', async () => {
    const { status, output, isEmpty } = await check({}, cloud =>
      cloud.faults.add({ action: 'CreateTrigger', code: 'LimitExceeded.Trigger', message: 'no more' }),
    );
    expect([status, isEmpty]).toEqual([1, true]);
    expect(output).toContain('scf CreateTrigger (websocket-order-check-event, http) failed: LimitExceeded.Trigger');
  });
});
