import { readFileSync, writeFileSync } from 'node:fs';

/** The text of a menu's file. @throws Error when it cannot be read, or is in another encoding than UTF-8 */
export function readMenu(file: string): string {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    throw new Error(`${file} cannot be read: ${reasonOf(error)}`);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new Error(`${file} is not in UTF-8: in the spreadsheet, save it as “CSV UTF-8”`);
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
