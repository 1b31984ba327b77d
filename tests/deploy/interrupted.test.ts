import { type Deployment, startDeployment } from './deployment.ts';
import { killAt } from './kill-at.ts';

/** How often a first deployment changes something. */
const changes = 12;

/** What has to be the same, however often a deployment was cut. Ports and with them some hashes differ by run. */
function essence({ cloud, database }: Deployment): unknown {
  const { functions } = cloud.state() as { functions: Record<'name' | 'status' | 'settings' | 'triggers', unknown>[] };
  const same = functions.map(({ name, status, settings, triggers }) => ({
    name,
    status,
    settings,
    triggers: (triggers as { type: string }[]).map(({ type }) => type),
  }));
  const text = JSON.stringify(same, (key, value) => (/description/i.test(key) ? undefined : value));
  return JSON.parse(text.replaceAll(database.url, 'DATABASE_URL').replaceAll(/127\.0\.0\.1:\d+/g, 'HOST'));
}

describe('a deployment that is killed', () => {
  let whole: Deployment;
  let expected: unknown;
  beforeAll(async () => {
    whole = await startDeployment({ timers: 'on demand' });
    expect((await whole.sls('deploy')).output).not.toContain('Error');
    expected = essence(whole);
  });
  afterAll(() => whole.end());

  it('makes as many changes as are named here', () => {
    expect(whole.changes()).toHaveLength(changes);
  });

  // first-account.test.ts kills it at every step, one after the other.
  it.each([1, 4, 6, 9, changes])('at change %i is finished by the next', async nth => {
    const world = await startDeployment({ timers: 'on demand' });
    try {
      expect(await killAt(world, nth, ['deploy'])).toBe(true);
      expect((await world.sls('deploy')).output).not.toContain('Error');
      expect(essence(world)).toEqual(expected);
      expect((await world.sls('deploy')).stderr).toContain('nothing to change');
    } finally {
      await world.end();
    }
  });

  it.each([4, 11])('at change %i can be removed without a trace', async nth => {
    const world = await startDeployment({ timers: 'on demand' });
    try {
      expect(await killAt(world, nth, ['deploy'])).toBe(true);
      expect((await world.sls('remove', '--force')).output).not.toContain('Error');
      expect(world.cloud.isEmpty()).toBe(true);
    } finally {
      await world.end();
    }
  });

  it('and a removal that is killed, is finished by the next', async () => {
    for (const [nth, when] of [
      [1, 'during'],
      [4, 'before'],
    ] as const) {
      await whole.sls('deploy');
      expect(await killAt(whole, nth, ['remove', '--force'], { when })).toBe(true);
      expect((await whole.sls('remove', '--force')).output).not.toContain('Error');
      expect(whole.cloud.isEmpty()).toBe(true);
    }
  });
});
