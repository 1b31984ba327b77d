import pg from 'pg';
import { ensureInstance, removeInstance } from '../../scripts/ordering/postgres-instance.ts';
import type { OrderingSettings } from '../../scripts/ordering/settings.ts';
import { openCloud } from '../../scripts/tencent/cloud.ts';
import { createOutput, type Output } from '../../scripts/tencent/output.ts';
import { readAccess } from '../../scripts/tencent/service/access.ts';
import { type Cloud, startCloud } from '../cloud/cloud.ts';

const wanted = { zone: 'ap-guangzhou-3', specCode: 'pg.it.small2', storageGb: 10 };
const settings = {
  service: 'websocket-order',
  stage: 'dev',
  deployment: '0123456789abcdef',
  vpc: { vpcId: 'vpc-standin0', subnetId: 'subnet-standin0' },
} as OrderingSettings;

/** An output that keeps what was said. */
function recorded(): { out: Output; said: string[] } {
  const said: string[] = [];
  const log = { notice: (text = '') => said.push(text), warning: (text: string) => said.push(text) };
  const progress = { create: () => ({ update: () => {}, remove: () => {} }) };
  return { out: createOutput({ log, progress, writeText: text => said.push(text) }), said };
}

describe('a database that serverless.yml asks for', () => {
  let cloud: Cloud;
  const access = () =>
    openCloud({ ...readAccess(cloud.region, { ...cloud.env, TENCENT_POLL_MS: '50', TENCENT_RETRY_MS: '5' }) });
  const orders = () => cloud.faults.calls.filter(({ action }) => action === 'CreateInstances').length;
  let url: string;

  beforeAll(async () => {
    cloud = await startCloud();
  });
  afterAll(() => cloud.close());

  it('is made once, its price said before, and can be used', async () => {
    const { out, said } = recorded();
    url = await ensureInstance(access(), settings, wanted, undefined, out);
    expect(said[0]).toMatch(/costs \d+\.\d\d CNY an hour/);
    expect(said[1]).toBe('database: PostgreSQL ordered');
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    expect((await client.query('select current_database() as name')).rows).toEqual([{ name: 'orders' }]);
    await client.end();
    expect(said.join('\n')).not.toContain(decodeURIComponent(new URL(url).password));
  });

  it('is left as it is when the functions know its password', async () => {
    const { out } = recorded();
    expect(await ensureInstance(access(), settings, wanted, url, out)).toBe(url);
    expect([orders(), out.changes]).toEqual([1, 0]);
  });

  it('gets a new password when the first never reached a function', async () => {
    const next = await ensureInstance(access(), settings, wanted, undefined, recorded().out);
    expect(orders()).toBe(1);
    expect(next).not.toBe(url);
    const client = new pg.Client({ connectionString: next });
    await client.connect();
    await client.end();
  });

  it('belongs to its stage alone', async () => {
    expect(await removeInstance(access(), { ...settings, deployment: 'f'.repeat(16) })).toBe(false);
    expect(await removeInstance(access(), settings)).toBe(true);
    expect(await removeInstance(access(), settings)).toBe(false);
    expect(cloud.isEmpty()).toBe(true);
  });

  it('is not ordered twice when the answer to the order is lost', async () => {
    cloud.faults.forgetCalls();
    cloud.faults.add({ action: 'CreateInstances', cut: 'after' });
    await ensureInstance(access(), settings, wanted, undefined, recorded().out);
    expect(orders()).toBe(1);
    await removeInstance(access(), settings);
  });
});
