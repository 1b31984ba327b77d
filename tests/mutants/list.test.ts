import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { mutants } from '../../scripts/mutants/all.ts';

const root = path.resolve(__dirname, '../..');
const MIGRATIONS = 'db/migrations/';
const definition = /^create (?:or replace )?function (\w+) ?\(([^)]*)\)/gm;
const dropped = /^drop function (\w+)/gm;

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

  const inMigrations = mutants.flatMap(({ name, changes }) =>
    changes.filter(({ file }) => file.startsWith(MIGRATIONS)).map(({ file, from }) => ({ name, file, from })),
  );
  test.each(inMigrations)('$name: changes a function as it is, not as a later migration found it', ({ file, from }) => {
    const changed = functionAround(file, from);
    const replacedIn = laterThan(file).filter(
      later => functionsIn(later).includes(changed) || droppedIn(later).includes(changed.split('(', 1)[0] ?? ''),
    );
    expect(replacedIn).toEqual([]);
  });
});

function laterThan(file: string): string[] {
  const names = readdirSync(path.join(root, MIGRATIONS)).filter(name => name.endsWith('.sql'));
  return names.map(name => MIGRATIONS + name).filter(name => name > file);
}

/** The functions that a migration makes or replaces, with their parameters: some share a name. */
function functionsIn(file: string): string[] {
  return Array.from(readFileSync(path.join(root, file), 'utf8').matchAll(definition), signatureOf);
}

function signatureOf([, name = '', parameters = '']: RegExpMatchArray): string {
  return `${name}(${parameters.replaceAll(/\s+/g, ' ').trim()})`;
}

/** The names of those that it drops. */
function droppedIn(file: string): string[] {
  return Array.from(readFileSync(path.join(root, file), 'utf8').matchAll(dropped), ([, name = '']) => name);
}

/** The function in which a text stands; empty where it is a table and the like. */
function functionAround(file: string, text: string): string {
  const all = readFileSync(path.join(root, file), 'utf8');
  const statement =
    all
      .slice(0, all.indexOf(text) + text.length)
      .split(/^(?=(?:create|alter|drop|insert|update|do) )/m)
      .at(-1) ?? '';
  const [first] = statement.matchAll(definition);
  return first === undefined ? '' : signatureOf(first);
}
