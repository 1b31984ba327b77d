import type { SecurityEventKind } from '../../apigateway/security-events.ts';
import { type BadCommand, parseClientFrame } from '../domain/client-frame.ts';
import { sayFarewell } from '../domain/farewell.ts';
import type { ClientFrame } from '../domain/frames.ts';
import type { IncomingFrame, TransportHandler } from '../domain/handlers.ts';
import { type ErrorCode, errorFrame, Refusal } from '../domain/refusal.ts';
import { refusedResult } from '../domain/server-frame.ts';
import { ack } from './ack.ts';
import { command } from './command.ts';
import type { TransportDependencies } from './dependencies.ts';
import { hello } from './hello.ts';
import { type PacesOfTransport, pacesOfTransport } from './paces.ts';
import { ping } from './ping.ts';

/**
 * A client sent a frame. What there is to say is pushed; the answer of the call itself is always good, because a
 * gateway closes a client whose call fails, and that would turn a database that is away into every screen going dark.
 */
export function transport(dependencies: TransportDependencies): TransportHandler {
  const paces = pacesOfTransport(dependencies.isUnlimited === true);
  return async incoming => {
    let frame: ClientFrame | BadCommand | undefined;
    try {
      frame = parseClientFrame(incoming.text);
      await handle(dependencies, paces, incoming, frame);
    } catch (error) {
      const refusal = refusalOf(dependencies, incoming, error);
      const kind = securityEventOf(frame, refusal);
      if (kind !== undefined) dependencies.securityEvents.tell(kind);
      await answerFailure(dependencies, incoming, frame, refusal);
    }
  };
}

function handle(
  dependencies: TransportDependencies,
  paces: PacesOfTransport,
  { connectionId: id, remoteAddress }: IncomingFrame,
  frame: ClientFrame | BadCommand,
): Promise<void> {
  switch (frame.type) {
    case 'hello':
      return hello(dependencies, paces, { id, remoteAddress }, frame);
    case 'ping':
      return ping(dependencies, paces.pings, id, frame);
    case 'ack':
      return ack(dependencies, id, frame);
    case 'command':
    case 'bad_command':
      return command(dependencies, paces, id, frame);
  }
}

/** These end the connection; every other error leaves it open. */
const closing = new Set<ErrorCode>([
  'unauthorized',
  'shop_not_found',
  'protocol_error',
  'replaced',
  'hello_required',
  'rate_limited',
]);

async function answerFailure(
  { push }: TransportDependencies,
  { connectionId }: IncomingFrame,
  frame: ClientFrame | BadCommand | undefined,
  refusal: Refusal,
): Promise<void> {
  if (!closing.has(refusal.code) && (frame?.type === 'command' || frame?.type === 'bad_command')) {
    await push.send(connectionId, refusedResult(frame.id, refusal));
    return;
  }
  if (closing.has(refusal.code)) await sayFarewell(push, [connectionId], refusal);
  else await push.send(connectionId, errorFrame(refusal));
}

/** What the owner should hear of. A key is wrong in a hello; who has got in before has one that was changed since. */
function securityEventOf(
  frame: ClientFrame | BadCommand | undefined,
  { code }: Refusal,
): SecurityEventKind | undefined {
  if (code === 'unauthorized') return frame?.type === 'hello' ? 'wrong_key' : 'revoked_key';
  return code === 'rate_limited' ? 'too_many_connections' : undefined;
}

function refusalOf(dependencies: TransportDependencies, { requestId }: IncomingFrame, error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  dependencies.log(requestId, error);
  return new Refusal('unavailable', 'try again', { retryAfterSeconds: 2, cause: error });
}
