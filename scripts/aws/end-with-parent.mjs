// Loaded into `sls offline` before all else: ends it when the process that has started it is no more, killed for instance.
// Node loads this into worker threads as well, whose standard input is at its end from the beginning.
import { isMainThread } from 'node:worker_threads';

if (isMainThread) {
  process.stdin.on('end', () => process.exit(1)).on('error', () => process.exit(1));
  process.stdin.resume().unref();
}
