/** How much an entry matters. Frames are `debug`. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** What may stand in a log: never bodies, tokens, query strings or anything else a client wrote. */
export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>;

/** Takes one entry. `event` says what happened in words that stay the same, so that it can be searched for. */
export type Log = (level: LogLevel, event: string, fields?: LogFields) => void;

/** Where what a use case threw is told. Called once per failed invocation. */
export type FailureLog = (requestId: string, error: unknown) => void;

/**
 * One line of a log, the same of the gateway and of every function:
 * `{"time":"2025-01-31T11:30:00.000Z","level":"warn","event":"rate limited","requestId":"…", …}`.
 */
export function logLine(level: LogLevel, event: string, fields: LogFields = {}): string {
  const time = new Date().toISOString();
  return JSON.stringify({ time, level, event, requestId: fields.requestId, ...fields });
}

/** Writes a line to stderr at once: a platform may freeze a function as soon as it has answered. */
export const writeLog: Log = (level, event, fields) => console.error(logLine(level, event, fields));

/** The words of an error, and of what caused it, that may stand in a log. */
export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : `${error.message}: ${messageOf(error.cause)}`;
}
