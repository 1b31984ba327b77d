import { randomUUID } from 'node:crypto';
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { startOf } from './processes.ts';

/** The hold of this process on one database. */
export interface Hold {
  /** Whether the database is still this holder's. */
  holds(): boolean;
  release(): void;
}

interface Owner {
  /** Tells two holds of one process apart. */
  id: string;
  pid: number;
  /** `startOf(pid)`: a later process with the same number is another one. */
  start: string;
  /** The file's own path: in a copied folder it is no longer this file's. */
  file: string;
}

/**
 * Takes the database for this process, by a file that says who has it. The owner of a file may be dead (`kill -9`),
 * then the file is taken over; throws, with the owner's process number, when it lives.
 */
export function takeHold(file: string): Hold {
  const mine: Owner = { id: randomUUID(), pid: process.pid, start: startOf(process.pid) ?? '', file };
  const draft = `${file}.${mine.id}`;
  writeFileSync(draft, JSON.stringify(mine), { mode: 0o600 });
  try {
    // A link comes into being whole and never replaces: two starts at once cannot both have made it.
    while (!link(draft, file)) removeIfDead(file);
  } finally {
    rmSync(draft, { force: true });
  }
  const holds = () => readOwner(file)?.id === mine.id;
  return {
    holds,
    release() {
      if (holds()) rmSync(file, { force: true });
    },
  };
}

function removeIfDead(file: string): void {
  const owner = readOwner(file);
  if (owner !== undefined && isAlive(owner, file)) throw new Error(inUseMessage(owner));
  // Moved first and looked at again: another start may have put its own file there in the meantime.
  const removed = `${file}.${randomUUID()}`;
  rename(file, removed);
  const moved = readOwner(removed);
  if (moved !== undefined && isAlive(moved, file)) link(removed, file);
  rmSync(removed, { force: true });
}

function isAlive(owner: Owner, file: string): boolean {
  return owner.file === file && startOf(owner.pid) === owner.start;
}

function inUseMessage(owner: Owner): string {
  const who = owner.pid === process.pid ? 'this same process' : 'another running program';
  return (
    `The embedded database is in use by process ${owner.pid} (${who}), says ${owner.file}. ` +
    'Stop that process first, or choose another directory.'
  );
}

function readOwner(file: string): Owner | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Owner;
  } catch (error) {
    // Not there, or cut off by a power failure: nobody's. One that may not be read is somebody's.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT' || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function link(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function rename(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}
