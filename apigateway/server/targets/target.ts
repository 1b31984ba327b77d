/** A function as it is deployed: `main_handler(event, context)`, or with a callback for its answer. */
export type EventFunction = (
  event: unknown,
  context: { request_id: string },
  callback: (error: unknown, answer?: unknown) => void,
) => unknown;

/** A function the gateway calls, wherever it runs. */
export interface Target {
  /** For the log: a path or a URL without credentials, query and fragment. */
  readonly name: string;
  /**
   * Calls it once and answers what it returned; `undefined` when that was not JSON.
   * @throws TargetError when it failed, cannot be reached, or did not answer in time.
   */
  call(event: object, requestId: string): Promise<unknown>;
}

/** A function did not give an answer. Whether it ran, and how far, is unknown. */
export class TargetError extends Error {
  override readonly name = 'TargetError';
  /**
   * `failed`: it threw, or answered another status than 200. `throttled`: its cloud lets no more calls run now. `refused`:
   * its cloud does not let us call it, or knows no such function.
   */
  readonly reason: 'timeout' | 'unreachable' | 'failed' | 'throttled' | 'refused';

  constructor(reason: TargetError['reason'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}

/** With which status a client is told that a function gave no answer: it was too late, had no room, or failed. */
export function statusOfFailure(error: unknown): 502 | 503 | 504 {
  if (!(error instanceof TargetError)) return 502;
  if (error.reason === 'timeout') return 504;
  return error.reason === 'throttled' ? 503 : 502;
}
