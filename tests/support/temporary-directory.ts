import { chmodSync, existsSync, mkdtempSync, statfsSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const neededBytes = 2 * 1024 ** 3;

/**
 * A new folder for a database: in memory if there is room, as tests make many, else where temporary files go. Others
 * may pass through it, as must the user that PostgreSQL runs as when root runs the tests.
 */
export function temporaryDirectory(prefix: string): string {
  const directory = mkdtempSync(path.join(hasRoom('/dev/shm') ? '/dev/shm' : os.tmpdir(), prefix));
  chmodSync(directory, 0o711);
  return directory;
}

function hasRoom(directory: string): boolean {
  if (!existsSync(directory)) return false;
  const { bavail, bsize } = statfsSync(directory);
  return bavail * bsize >= neededBytes;
}
