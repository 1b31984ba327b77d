import { type Log, type LogLevel, logLine } from '../log.ts';

const weight: Record<LogLevel, number> = { debug: 0, info: 1, warn: 2, error: 3 };

/** Writes JSON lines to stderr, those of one turn of the event loop together: a write per line costs more than the line. */
export function createJsonLog(minimum: LogLevel = 'info', write: (lines: string) => void = toStderr): Log {
  let lines = '';
  function flush() {
    const ready = lines;
    lines = '';
    write(ready);
  }
  return (level, event, fields) => {
    if (weight[level] < weight[minimum]) return;
    if (lines === '') setImmediate(flush);
    lines += `${logLine(level, event, fields)}\n`;
  };
}

function toStderr(lines: string) {
  process.stderr.write(lines);
}
