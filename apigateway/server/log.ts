/** How much an entry matters. Frames are `debug`. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** What may stand in a log: never bodies, tokens, query strings or anything else a client wrote. */
export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>;

/** Takes one entry. */
export type Log = (level: LogLevel, event: string, fields?: LogFields) => void;

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
    lines += `${JSON.stringify({ time: new Date().toISOString(), level, event, ...fields })}\n`;
  };
}

function toStderr(lines: string) {
  process.stderr.write(lines);
}

/** The words of an error, and of what caused it, that may stand in a log. */
export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : `${error.message}: ${messageOf(error.cause)}`;
}
