import { spawn } from 'node:child_process';
import type { Socket } from 'node:net';
import path from 'node:path';

/** Ties a server to this process. */
export interface Lifeline {
  pid: number | undefined;
  /** Unties it, when the server has ended, and waits for the end of the shell. */
  cut(): Promise<void>;
}

// `read` ends when this process does, however that comes about: the kernel closes the pipe. The order `cut` comes
// through the same pipe. PostgreSQL removes its lock file last of all; `kill -0` would go on reaching a zombie.
const script = `
read -r order
test "$order" = cut && exit
kill -INT "$1"
lock=$2
shift 2
test $# -gt 0 || exit
tries=100
while test -e "$lock" && test $tries -gt 0; do sleep 0.1; tries=$((tries - 1)); done
rm -rf -- "$@"`;

/**
 * A small shell that waits for the end of this process, by `kill -9` too, and then shuts the server down (fast
 * shutdown) and removes the folders. It keeps this process from ending no more than the server does. None on Windows.
 */
export function tieLifeline(serverPid: number, dataDirectory: string, removeAfterwards: string[]): Lifeline {
  if (process.platform === 'win32') return { pid: undefined, cut: async () => {} };
  const lock = path.join(dataDirectory, 'postmaster.pid');
  const args = ['-c', script, 'websocket-order-lifeline', String(serverPid), lock, ...removeAfterwards];
  const child = spawn('/bin/sh', args, {
    cwd: '/',
    detached: true, // Ctrl-C in the terminal is for this process alone
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  const ended = new Promise<void>(resolve => {
    child.on('error', () => resolve()); // no shell on this machine: then the next start finds the server and ends it
    child.on('exit', () => resolve());
  });
  child.stdin.on('error', () => {});
  child.unref();
  (child.stdin as Socket).unref();
  return {
    pid: child.pid,
    cut() {
      child.ref();
      child.stdin.end('cut\n');
      return ended;
    },
  };
}
