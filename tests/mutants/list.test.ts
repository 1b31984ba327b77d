import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { mutants } from '../../scripts/mutants/all.ts';

const root = path.resolve(__dirname, '../..');

describe('the mutants', () => {
  test('have names of their own', () => {
    expect(new Set(mutants.map(({ name }) => name)).size).toBe(mutants.length);
  });

  test.each(
    mutants.map(mutant => [mutant.name, mutant] as const),
  )('%s: what it changes is there, once', (_, mutant) => {
    for (const { file, from, to } of mutant.changes) {
      expect([file, readFileSync(path.join(root, file), 'utf8').split(from).length - 1]).toEqual([file, 1]);
      expect(to).not.toBe(from);
    }
    expect([mutant.suite, existsSync(path.join(root, mutant.suite))]).toEqual([mutant.suite, true]);
  });
});
