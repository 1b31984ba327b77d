import type { RegisterHandler } from '../domain/handlers.ts';
import type { Connections } from '../domain/ports.ts';

/**
 * A connection is announced. Where its frames say whose they are, nothing is kept before its hello, so that whoever opens
 * and closes connections stores nothing; elsewhere it is recorded, not yet bound to anybody. Nothing is pushed, since it
 * is not open before this has been answered. `subjectOf` turns a network address into what may be stored of it.
 */
export function register(
  connections: Pick<Connections, 'add'>,
  subjectOf: (address: string | undefined) => string | undefined,
): RegisterHandler {
  return async ({ connectionId, remoteAddress, framesTellCaller }) => {
    if (framesTellCaller) return { accepted: true, message: 'ok' };
    const address = subjectOf(remoteAddress);
    const outcome = await connections.add({ id: connectionId, address });
    return { accepted: outcome === 'added', message: outcome === 'added' ? 'ok' : messages[outcome] };
  };
}

const messages = {
  closed: 'the connection was closed before it was announced',
  too_many: 'too many connections from this address',
};
