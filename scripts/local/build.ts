import { buildAll } from '../bundles.ts';
import { needsBuild } from './sources.ts';

/**
 * Builds `dist` when it is missing or older than its sources.
 * @throws Error in words where the project's folder cannot be written to
 */
export async function buildWhereNeeded(): Promise<void> {
  if (!needsBuild()) return;
  try {
    await buildAll();
  } catch (error) {
    if (!['EROFS', 'EACCES', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    throw new Error(
      'dist/ is missing or older than its sources, and this folder cannot be written to: run `npm run build` as a user who may',
      { cause: error },
    );
  }
}
