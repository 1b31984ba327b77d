import { type FailureLog, type Log, type LogLevel, writeLog } from './log.ts';

/** So long lines of one event are counted together, milliseconds. */
const WINDOW_MS = 10_000;
/**
 * Lines of one event in that time. What is amiss needs a few to be understood; a line for each request is asked for, and
 * is bounded so that strangers cannot fill a disk. Whoever sets `debug` wants every one.
 */
const MOST: Record<LogLevel, number> = { debug: Number.POSITIVE_INFINITY, info: 1_000, warn: 20, error: 20 };

/**
 * A log that strangers cannot flood. Of each event the first lines of ten seconds are written as they are. The others are
 * counted, and at the end of the ten seconds one line says how many there were: `{"event":"origin refused","times":512}`.
 * `event` has to be one of a few texts, as `Log` has it.
 */
export function boundedLog(log: Log, windowMs = WINDOW_MS, most = MOST): Log {
  const windows = new Map<string, { written: number; left: number }>();

  return (level, event, fields) => {
    let window = windows.get(event);
    if (window === undefined) {
      const opened = { written: 0, left: 0 };
      windows.set(event, opened);
      setTimeout(() => {
        windows.delete(event);
        if (opened.left > 0) log(level, event, { times: opened.left });
      }, windowMs).unref();
      window = opened;
    }
    if (window.written >= most[level]) {
      window.left += 1;
      return;
    }
    window.written += 1;
    log(level, event, fields);
  };
}

/** As `writeLog`, for what strangers can bring about as often as they like. */
export const writeBoundedLog: Log = boundedLog(writeLog);

/** Writes message and stack of an error, never the event, which holds what customers wrote. */
export const logFailure: FailureLog = (requestId, error) => {
  const { message, stack } = error instanceof Error ? error : { message: String(error), stack: undefined };
  writeBoundedLog('error', 'failure', { requestId, message, stack });
};
