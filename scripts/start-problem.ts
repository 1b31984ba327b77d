import { given } from '../functions/runtime/environment.ts';

/** What went wrong at a start, in one line for whoever started it. */
export function describeStartProblem(error: unknown): string {
  const { code, address, port, path, message } = error as NodeJS.ErrnoException & { address?: string; port?: number };
  const where = port === undefined ? '' : `${address ?? ''}:${port}`;
  const variable = given('SEND_BACK_PORT') === String(port) ? 'SEND_BACK_PORT' : 'PORT';
  switch (code) {
    case 'EADDRINUSE':
      return `another program listens on ${where}, perhaps one of this kind that still runs: end it, or set ${variable} to another (0 takes a free one)`;
    case 'EADDRNOTAVAIL':
      return `this machine has no address ${address ?? ''}: set HOST to one that it has, or to 127.0.0.1`;
    case 'ENOSPC':
      return `the disk is full${path ? ` (${path})` : ''}`;
    case 'EROFS':
      return `${path ?? 'a file'} cannot be written, the file system is read-only: set LOCAL_DIRECTORY to a folder that can`;
  }
  // The lines below the first say who asked for it.
  if (code === 'MODULE_NOT_FOUND') return `${message.split('\n')[0]}: npm run build makes what is in dist/`;
  if (code === 'EACCES' && port !== undefined)
    return `this user may not listen on port ${port}: set ${variable} to one from 1024 on`;
  if (code === 'EACCES' && path) return `${path} may not be read or written by this user`;
  return message || String(error);
}
