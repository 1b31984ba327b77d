import type { Report } from './history.ts';
import type { Trial } from './trial.ts';

/** Ends a trial and fails the test on any violation of I1 to I9. */
export async function expectWhole(trial: Trial): Promise<Report> {
  const report = await trial.finish();
  expect(report).toMatchObject({ violations: [], lost: 0, duplicated: 0, unexpected: 0 });
  return report;
}
