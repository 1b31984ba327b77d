import { readFileSync, writeFileSync } from 'node:fs';

/** What a menu's file holds. @throws Error when it cannot be read */
export function readMenu(file: string): Uint8Array {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new Error(`${file} cannot be read: ${reasonOf(error)}`);
  }
}

/** Writes a menu's file, over one that is there only with `isForced`. @throws Error when it cannot be written */
export function writeMenu(file: string, text: string, isForced: boolean): void {
  try {
    writeFileSync(file, text, { flag: isForced ? 'w' : 'wx' });
  } catch (error) {
    const isThere = (error as NodeJS.ErrnoException).code === 'EEXIST';
    throw new Error(
      isThere ? `${file} is there already: --force writes over it` : `${file} cannot be written: ${reasonOf(error)}`,
    );
  }
}

function reasonOf(error: unknown): string {
  const reasons: Record<string, string> = {
    ...{ ENOENT: 'there is no such file or folder', EISDIR: 'it is a folder', EACCES: 'this user may not' },
    EROFS: 'the file system is read-only',
  };
  const { code = '', message } = error as NodeJS.ErrnoException;
  return reasons[code] ?? message;
}
