import { readFileSync } from 'node:fs';
import path from 'node:path';
import { sharedNames } from '../../scripts/ordering/variables.ts';
import { root } from '../support/sources.ts';

const names = /"((?:RUNTIME_)?DATABASE_URL|TOKEN_SECRET(?:_BEFORE)?|REDIS_URL|SEND_BACK_URL)"/g;

/** The variables that a bundle of `dist` reads: nothing is bundled that is not used. */
function readBy(name: string): string[] {
  const code = readFileSync(path.join(root, 'dist', name, 'index.js'), 'utf8');
  return [...new Set([...code.matchAll(names)].map(([, variable = '']) => variable))].sort();
}

test.each(Object.entries(sharedNames))('%s is given the secrets that it reads, and no others', (name, given) => {
  expect([...given].sort()).toEqual(readBy(name));
});
