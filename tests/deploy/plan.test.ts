import { stepsFor } from '../../scripts/tencent/resources/plan.ts';
import { deploymentId, describeMarks, readMarks } from '../../scripts/tencent/service/marks.ts';

const deployment = deploymentId('websocket-order', 'dev');
const code = '0123456789abcdef';
const configuration = 'fedcba9876543210';
const wanted = { code, configuration, type: 'Event' as const, runtime: 'Nodejs20.19' };
const found = { status: 'Active', type: 'Event', runtime: 'Nodejs20.19', marks: { deployment, code, configuration } };
const other = '0'.repeat(16);

describe('the plan for a function', () => {
  it.each([
    ['is not there', undefined, ['create']],
    ['is as wanted', found, []],
    ['has other code', { ...found, marks: { ...found.marks, code: other } }, ['code', 'configuration']],
    ['has another configuration', { ...found, marks: { ...found.marks, configuration: other } }, ['configuration']],
    ['has lost its marks', { ...found, marks: undefined }, ['code', 'configuration']],
    ['could not be created', { ...found, status: 'CreateFailed' }, ['replace']],
    ['could not be changed', { ...found, status: 'UpdateFailed' }, ['configuration']],
    ['could not be removed', { ...found, status: 'DeleteFailed' }, ['configuration']],
    ['is of another type', { ...found, type: 'HTTP' }, ['replace']],
    ['has another runtime', { ...found, runtime: 'Nodejs18.15' }, ['replace']],
  ])('that %s', (_, present, steps) => {
    expect(stepsFor(wanted, present)).toEqual(steps);
  });
});

describe('marks', () => {
  it('survive a description', () => {
    expect(readMarks(describeMarks(found.marks))).toEqual(found.marks);
    expect(readMarks(describeMarks({ deployment, configuration }))).toEqual({ deployment, configuration });
  });

  it('use only what a description may hold', () => {
    expect(describeMarks(found.marks)).toMatch(/^[A-Za-z0-9 ,.]{1,1000}$/);
  });

  it.each([undefined, null, '', 'made by hand'])('are not found in %p', description => {
    expect(readMarks(description)).toBeUndefined();
  });

  it('tell stages apart whose names begin alike', () => {
    const ids = ['dev', 'dev-2', 'de'].map(stage => deploymentId('websocket-order', stage));
    expect(new Set([...ids, deploymentId('websocket-order-dev', '2')]).size).toBe(4);
  });
});
