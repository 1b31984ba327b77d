import type { RegisterHandler } from '../../functions/domain/handlers.ts';
import { Refusal } from '../../functions/domain/refusal.ts';
import { logFailure } from '../bounded-log.ts';
import type { FailureLog } from '../log.ts';
import { readOrigin } from '../origin.ts';
import { requestIdOf } from './request-id.ts';
import { type Connect, decodeConnect } from './websocket-events.ts';

/** What the function of `$connect` returns. A status that is not 2xx refuses the handshake with that status. */
export interface ConnectAnswer {
  statusCode: number;
  headers?: Record<string, string>;
}

/**
 * Makes the `handler` of register, for the route `$connect`. Whatever it throws refuses the handshake. A page is let in
 * when its origin is one of `origins`, as `readOrigin` spells them; a client without an origin is no browser, and its key decides.
 */
export function registerFunction(
  handler: RegisterHandler,
  origins: readonly string[],
  log: FailureLog = logFailure,
): (event: unknown, context?: unknown) => Promise<ConnectAnswer> {
  return async (event, context) => {
    const requestId = requestIdOf(event, context);
    try {
      const connect = decodeConnect(event, requestId);
      if (connect.origin !== undefined && !origins.includes(readOrigin(connect.origin) ?? ''))
        return { statusCode: 403 };
      const { connectionId, remoteAddress } = connect;
      const { accepted } = await handler({ connectionId, remoteAddress, requestId });
      return accepted ? acceptance(connect) : { statusCode: 403 };
    } catch (error) {
      if (error instanceof Refusal) return { statusCode: 403 };
      log(requestId, error);
      return { statusCode: 500 };
    }
  };
}

/** Of the subprotocols the client offered the first is taken: browsers give up when their offer is left unanswered. */
function acceptance({ protocols: [protocol] }: Connect): ConnectAnswer {
  return protocol === undefined
    ? { statusCode: 200 }
    : { statusCode: 200, headers: { 'Sec-WebSocket-Protocol': protocol } };
}
