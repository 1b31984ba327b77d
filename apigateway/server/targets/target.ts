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
  /** `failed`: it threw, or answered another status than 200. */
  readonly reason: 'timeout' | 'unreachable' | 'failed';

  constructor(reason: TargetError['reason'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}
