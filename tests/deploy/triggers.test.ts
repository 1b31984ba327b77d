import { configurationOf, isAsConfigured, type WantedTrigger } from '../../scripts/tencent/resources/same-trigger.ts';
import type { PresentTrigger } from '../../scripts/tencent/resources/scf.ts';
import { describeMarks, readMarks } from '../../scripts/tencent/service/marks.ts';
import { startDeployment } from './deployment.ts';

const desc = {
  AuthType: 'NONE',
  NetConfig: { EnableIntranet: false, EnableExtranet: true },
  CorsConfig: {
    Enable: true,
    Origins: ['*'],
    Methods: ['POST'],
    Headers: ['content-type', 'idempotency-key', 'order-proof'],
    MaxAge: 600,
  },
};
const url: WantedTrigger = { type: 'http', name: 'url', description: JSON.stringify(desc) };
const timer: WantedTrigger = { type: 'timer', name: 'timer', description: '*/20 * * * * * *' };
const present = (wanted: WantedTrigger, changes: Partial<PresentTrigger> = {}): PresentTrigger => ({
  ...wanted,
  isEnabled: true,
  marks: undefined,
  ...changes,
});
const readBack = (changes: object) => JSON.stringify({ ...desc, ...changes });
const cors = (changes: object) => readBack({ CorsConfig: { ...desc.CorsConfig, ...changes } });
const marksOf = (wanted: WantedTrigger) =>
  readMarks(describeMarks({ deployment: '0123456789abcdef', configuration: configurationOf(wanted) }));

describe('12.5: a trigger that is read back', () => {
  it.each([
    [
      'with fields that nobody gave',
      readBack({ EnableSimpleMode: false, NetConfig: { ...desc.NetConfig, ExtranetUrl: 'https://x' } }),
    ],
    ['in another order and spelling', cors({ Headers: ['Order-Proof', 'Idempotency-Key', 'Content-Type'] })],
    ['with numbers as text', cors({ MaxAge: '600' })],
    ['without what is a default', cors({ MaxAge: undefined })],
  ])('%s is as configured', (_, description) => {
    expect(isAsConfigured(url, present(url, { description }))).toBe(true);
  });

  it.each([
    ['for other origins', cors({ Origins: ['https://a.example'] })],
    ['with a header less', cors({ Headers: ['content-type'] })],
    ['for callers with a key', readBack({ AuthType: 'CAM' })],
    ['closed to the internet', readBack({ NetConfig: { EnableIntranet: true, EnableExtranet: false } })],
    ['as no JSON', '*/20 * * * * * *'],
  ])('%s is not', (_, description) => {
    expect(isAsConfigured(url, present(url, { description }))).toBe(false);
  });

  it('with our mark is what the mark says, whatever its lists look like, but not for other callers', () => {
    const marks = marksOf(url);
    const odd = cors({ Methods: ['post', 'HEAD'], Headers: ['*'] });
    expect(isAsConfigured(url, present(url, { description: odd, marks }))).toBe(true);
    expect(isAsConfigured(url, present(url, { marks: marksOf(timer) }))).toBe(false);
    expect(isAsConfigured(url, present(url, { description: readBack({ AuthType: 'CAM' }), marks }))).toBe(false);
  });

  it('as a timer is compared by its time, and one that is switched off is not as configured', () => {
    expect(isAsConfigured(timer, present(timer, { description: '{"cron":"*/20 * * * * *  *"}' }))).toBe(true);
    expect(isAsConfigured(timer, present(timer, { description: '{"cron":"*/30 * * * * * *"}' }))).toBe(false);
    expect(isAsConfigured(timer, present(timer, { isEnabled: false }))).toBe(false);
  });
});

describe('12.5: a deployment', () => {
  it.each([
    ['gives descriptions back', false],
    ['forgets descriptions', true],
  ])('changes its triggers only where they differ, to a cloud that %s', async (_, forgetsDescriptions) => {
    const world = await startDeployment({ timers: 'on demand', forgetsDescriptions });
    try {
      expect((await world.sls('deploy')).output).not.toContain('Error');
      world.changes();
      expect((await world.sls('deploy')).stderr).toContain('nothing to change');
      const [switchedOff] = [...world.cloud.functionOf('websocket-order-dev-redeliver').triggers.values()];
      if (switchedOff !== undefined) switchedOff.isEnabled = false;
      world.configure(text => text.replace('pages: gateway', 'pages: gateway\n  origins: [https://menu.example]'));
      world.changes();
      const { stderr, output } = await world.sls('deploy');
      expect(output).not.toContain('Error');
      expect(stderr).toContain('redeliver: timer changed');
      expect(world.changes().filter(action => action === 'UpdateTrigger')).toHaveLength(1);
      expect(switchedOff?.isEnabled).toBe(true);
    } finally {
      await world.end();
    }
  });
});
