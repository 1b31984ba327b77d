import { close, open } from 'node:fs';
import type { Server } from 'node:http';
import { devNull } from 'node:os';
import type { Log } from '../log.ts';

/** How often it is looked whether there is a descriptor left. */
const EVERY_MS = 1_000;
/** How long nothing more is said while there is none. */
const SAID_AGAIN_MS = 60_000;

const NONE_LEFT: ReadonlySet<string | undefined> = new Set(['EMFILE', 'ENFILE']);

/**
 * Says in the log when the process, or the machine, has no descriptor left. The runtime then cuts whoever connects and
 * tells nobody, so it is looked once a second; where accepting fails with a word, that does not end the process.
 * @param servers those that accept connections
 * @returns what ends it
 */
export function watchDescriptors(servers: readonly Server[], log: Log): { stop(): void } {
  let isUsedUp = false;
  let saidAt = Number.NEGATIVE_INFINITY;
  function note(code: string | undefined) {
    if (!NONE_LEFT.has(code)) {
      if (isUsedUp && code === undefined) log('info', 'file descriptors are free again');
      isUsedUp = isUsedUp && code !== undefined;
      return;
    }
    isUsedUp = true;
    if (performance.now() - saidAt < SAID_AGAIN_MS) return;
    saidAt = performance.now();
    const message =
      'who connects is cut: raise the limit of open files of the process (ulimit -n, LimitNOFILE), or lower maxConnections';
    log('error', 'file descriptors used up', { code, message });
  }
  for (const server of servers) {
    server.on('error', (error: NodeJS.ErrnoException) => {
      if (NONE_LEFT.has(error.code)) note(error.code);
      else log('error', 'accepting a connection failed', { code: error.code });
    });
  }
  const timer = setInterval(() => {
    open(devNull, 'r', (error, descriptor) => {
      note(error?.code);
      if (error === null) close(descriptor, () => undefined);
    });
  }, EVERY_MS);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}
