import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';

/** On the same file system as the project, which renaming asks for, and ignored by everything that reads the project. */
const workshop = '.local';

/**
 * Builds into a fresh folder and, when that went well, puts every file in its place in `target` with one rename each and
 * removes what no longer belongs there, but for the folder `keeping`, which others fill. Whoever reads meanwhile finds every file whole, and two builds may run at once.
 */
export async function builtWhole<Built>(
  target: string,
  build: (folder: string) => Promise<Built>,
  { keeping }: { keeping?: string } = {},
): Promise<Built> {
  mkdirSync(workshop, { recursive: true });
  const fresh = mkdtempSync(path.join(workshop, 'build-'));
  try {
    const built = await build(fresh);
    const files = filesIn(fresh);
    for (const file of files) {
      const place = path.join(target, file);
      mkdirSync(path.dirname(place), { recursive: true });
      renameSync(path.join(fresh, file), place);
    }
    const belong = new Set(files);
    for (const file of filesIn(target)) {
      if (belong.has(file) || file.split(path.sep)[0] === keeping) continue;
      rmSync(path.join(target, file), { force: true });
    }
    return built;
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}

/** Scripts and styles come before the pages that name them. */
function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => !entry.isDirectory())
    .map(entry => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .sort((a, b) => Number(a.endsWith('.html')) - Number(b.endsWith('.html')) || (a < b ? -1 : 1));
}
