import type { RegisterHandler } from '../../functions/domain/handlers.ts';
import { Refusal } from '../../functions/domain/refusal.ts';
import { logFailure } from '../bounded-log.ts';
import type { FailureLog } from '../log.ts';
import { REGISTER_REFUSED, type RegisterAnswer, registerAnswer } from './register-answer.ts';
import { requestIdOf } from './request-id.ts';
import { decodeConnecting } from './websocket-events.ts';

/** Makes the `main_handler` of register. Whatever it throws refuses the handshake; what is not a refusal is logged. */
export function registerFunction(
  handler: RegisterHandler,
  log: FailureLog = logFailure,
): (event: unknown, context?: unknown) => Promise<RegisterAnswer> {
  return async (event, context) => {
    const requestId = requestIdOf(event, context);
    try {
      const { accepted, message } = await handler(decodeConnecting(event, requestId));
      return registerAnswer(event, accepted ? 0 : REGISTER_REFUSED, message);
    } catch (error) {
      if (!(error instanceof Refusal)) log(requestId, error);
      return registerAnswer(event, REGISTER_REFUSED, error instanceof Refusal ? error.code : 'internal');
    }
  };
}
