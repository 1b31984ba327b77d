import { existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';

/** Folders whose files end up in `dist`. */
export const sourceFolders = ['functions', 'db', 'apigateway', 'web'];

/** Whether `dist` is missing or older than what it is made of. Where there are no sources, `dist` is taken as it is. */
export function needsBuild(): boolean {
  if (!existsSync('dist/meta.json')) return true;
  const built = statSync('dist/meta.json').mtimeMs;
  return sourceFolders.some(folder => existsSync(folder) && newest(folder) > built);
}

function newest(folder: string): number {
  let time = 0;
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) time = Math.max(time, statSync(path.join(entry.parentPath, entry.name)).mtimeMs);
  }
  return time;
}
