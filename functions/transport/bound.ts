import { revoked } from '../domain/farewell.ts';
import type { Bound, Touched, TouchedScreen } from '../domain/ports.ts';
import { Refusal } from '../domain/refusal.ts';

/**
 * What is known of a connection that must stand for somebody.
 * @throws Refusal `hello_required`, or `unauthorized` when the screen's key has been revoked since
 */
export function requireBound(touched: Touched): TouchedScreen | { state: 'customer' } {
  if (touched.state === 'shop' || touched.state === 'customer') return touched;
  if (touched.state === 'revoked') throw revoked();
  throw new Refusal('hello_required', 'say hello first, on a new connection');
}

/**
 * A connection that was to be bound must still be open, and nobody else's.
 * @throws Refusal `hello_required`, `protocol_error`, `unauthorized`
 */
export function requireOpen(outcome: Bound['outcome']): void {
  if (outcome === 'closed') throw new Refusal('hello_required', 'this connection was closed, open a new one');
  if (outcome === 'revoked') throw revoked();
  if (outcome === 'taken') throw new Refusal('protocol_error', 'this connection stands for somebody else');
}
