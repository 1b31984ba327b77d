/** Where what a use case threw is told. Called once per failed invocation. */
export type FailureLog = (requestId: string, error: unknown) => void;

/** One JSON line on stderr: message and stack of the error, never the event, which holds what customers wrote. */
export const logFailure: FailureLog = (requestId, error) => {
  const { message, stack } = error instanceof Error ? error : { message: String(error), stack: undefined };
  console.error(JSON.stringify({ level: 'error', event: 'failure', requestId, message, stack }));
};
