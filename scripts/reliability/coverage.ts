import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { mutants } from '../mutants/all.ts';

/** The test files below `tests/` by the ids in their titles: `F16`, and ranges as `F3–F6`. */
export function coverageByFault(): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  for (const file of testFiles('tests')) {
    for (const id of textsOf(readFileSync(file, 'utf8')).flatMap(idsOf)) {
      found.set(id, (found.get(id) ?? new Set()).add(file));
    }
  }
  return found;
}

/** The names of the mutants that are about a fault, by its id. */
export function mutantsByFault(): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const { name, test = '', fault } of mutants) {
    for (const id of fault === undefined ? idsOf(test) : [fault]) found.set(id, [...(found.get(id) ?? []), name]);
  }
  return found;
}

function testFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile() && /\.test\.tsx?$/.test(entry.name))
    .map(entry => path.join(entry.parentPath, entry.name))
    .sort();
}

/** What stands in quotes: titles, and the rows of tables that titles are made of. */
function textsOf(source: string): string[] {
  return source.match(/(['"`])(?:\\.|(?!\1)[^\n])*\1/g) ?? [];
}

function idsOf(text: string): string[] {
  const ids: string[] = [];
  for (const [, from = '', to = from] of text.matchAll(/\bF(\d+)(?:\s*[–-]\s*F?(\d+))?/g)) {
    for (let number = Number(from); number <= Number(to); number++) ids.push(`F${number}`);
  }
  return ids;
}
