import { readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { startOf } from './processes.ts';

/** A folder is made under this name and gets its own when it is complete: an interruption leaves nothing half-made. */
export function unfinishedName(directory: string): string {
  return `${directory}.new-${process.pid}`;
}

/** Removes the unfinished forms of the folder whose makers are dead. */
export function removeAbandoned(directory: string): void {
  const parent = path.dirname(directory);
  const prefix = `${path.basename(directory)}.new-`;
  for (const name of readdirSync(parent)) {
    if (!name.startsWith(prefix)) continue;
    const maker = Number(name.slice(prefix.length));
    if (maker !== process.pid && startOf(maker) !== undefined) continue;
    rmSync(path.join(parent, name), { recursive: true, force: true });
  }
}
