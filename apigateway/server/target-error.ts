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
