import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/** A process that runs. Zombies are not listed: they hold nothing but a number. */
export interface RunningProcess {
  pid: number;
  /** The command line, arguments separated by one space. */
  command: string;
}

/** All processes that run and that this user may see; nothing on Windows, which has no `ps`. */
export function listProcesses(): RunningProcess[] {
  if (process.platform === 'win32') return [];
  return process.platform === 'linux' ? listFromProc() : listFromPs();
}

/**
 * What tells this process from a later one with the same number: its start time, in a form of the platform's own.
 * `undefined` when no such process runs; a zombie does not run.
 */
export function startOf(pid: number): string | undefined {
  if (process.platform === 'linux') return startFromProc(pid);
  if (process.platform === 'win32') return signalReaches(pid) ? 'unknown' : undefined;
  const [state, ...start] = ps(['-p', String(pid), '-o', 'stat=,lstart='])
    .trim()
    .split(/\s+/);
  return state === undefined || state === '' || state.startsWith('Z') ? undefined : start.join(' ');
}

/** Sends the signal if the process is still there. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

// Read from /proc and not from `ps`, which slim container images lack, and which prints `?` for 中文 under LANG=C.
function listFromProc(): RunningProcess[] {
  const running: RunningProcess[] = [];
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name) || startFromProc(Number(name)) === undefined) continue;
    const command = read(`/proc/${name}/cmdline`);
    if (command) running.push({ pid: Number(name), command: command.replace(/\0+$/, '').replaceAll('\0', ' ') });
  }
  return running;
}

function startFromProc(pid: number): string | undefined {
  const stat = read(`/proc/${pid}/stat`);
  // proc(5): the name in brackets may hold spaces and brackets itself; after it field 3 is the state and
  // field 22 the start, in ticks since boot, which a reboot makes meaningless without the boot's own id.
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (fields === undefined || fields[0] === 'Z' || fields[0] === 'X') return undefined;
  return `${fields[19]}@${read('/proc/sys/kernel/random/boot_id')?.trim() ?? ''}`;
}

function listFromPs(): RunningProcess[] {
  const running: RunningProcess[] = [];
  for (const line of ps(['-A', '-ww', '-o', 'pid=,stat=,command=']).split('\n')) {
    const match = /^\s*(\d+)\s+(\S+)\s+(.*)$/.exec(line);
    const [, pid, state, command] = match ?? [];
    if (pid === undefined || command === undefined || state?.startsWith('Z')) continue;
    running.push({ pid: Number(pid), command });
  }
  return running;
}

function ps(args: string[]): string {
  try {
    return execFileSync('ps', args, { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C' }, stdio: 'pipe' });
  } catch {
    return ''; // ps -p answers 1 for a process that is not there
  }
}

function signalReaches(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
