import { type BadCommand, parseClientFrame } from '../domain/client-frame.ts';
import { errorFrame, refusedResult } from '../domain/delivery.ts';
import type { ClientFrame } from '../domain/frames.ts';
import type { IncomingFrame, TransportHandler } from '../domain/handlers.ts';
import { type ErrorCode, Refusal } from '../domain/refusal.ts';
import { ack } from './ack.ts';
import { command } from './command.ts';
import { hello } from './hello.ts';
import { ping } from './ping.ts';
import type { TransportWorld } from './world.ts';

/**
 * A client sent a frame. What there is to say is pushed; the answer of the call itself is always good, because a
 * gateway closes a client whose call fails, and that would turn a database that is away into every screen going dark.
 */
export function transport(world: TransportWorld): TransportHandler {
  return async incoming => {
    let frame: ClientFrame | BadCommand | undefined;
    try {
      frame = parseClientFrame(incoming.text);
      await handle(world, incoming.connectionId, frame);
    } catch (error) {
      await answerFailure(world, incoming, frame, asRefusal(world, incoming, error));
    }
  };
}

function handle(world: TransportWorld, id: string, frame: ClientFrame | BadCommand): Promise<void> {
  switch (frame.type) {
    case 'hello':
      return hello(world, id, frame);
    case 'ping':
      return ping(world, id, frame);
    case 'ack':
      return ack(world, id, frame);
    case 'command':
    case 'bad_command':
      return command(world, id, frame);
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
  { push }: TransportWorld,
  { connectionId }: IncomingFrame,
  frame: ClientFrame | BadCommand | undefined,
  refusal: Refusal,
): Promise<void> {
  if (!closing.has(refusal.code) && (frame?.type === 'command' || frame?.type === 'bad_command')) {
    await push.send(connectionId, refusedResult(frame.id, refusal));
    return;
  }
  await push.send(connectionId, errorFrame(refusal));
  if (closing.has(refusal.code)) await push.close(connectionId);
}

function asRefusal(world: TransportWorld, { requestId }: IncomingFrame, error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  world.log({ msg: 'frame not handled', error, requestId });
  return new Refusal('unavailable', 'try again', { retryAfterSeconds: 2, cause: error });
}
