import { record } from '../record.ts';

/**
 * What a deployment asks a new version of a function with, before anybody else reaches it. No caller can send it: what
 * comes in over HTTP or a WebSocket stands inside the event that the platform makes of it.
 */
export const healthEvent = { Type: 'Health' };

/** What a function answers to `healthEvent`. */
export interface HealthAnswer {
  healthy: true;
}

/**
 * Lets a `main_handler` answer `healthEvent` besides its own events. It then does nothing but `check`, which throws when
 * the function could not work, as without its database; the function fails with that error.
 */
export function withHealth<Context extends unknown[], Answer>(
  handler: (event: unknown, ...context: Context) => Promise<Answer>,
  check: () => Promise<unknown>,
): (event: unknown, ...context: Context) => Promise<Answer | HealthAnswer> {
  return async (event, ...context) => {
    if (record(event).Type !== healthEvent.Type) return handler(event, ...context);
    await check();
    return { healthy: true };
  };
}
