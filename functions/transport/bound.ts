import type { Touched, TouchedScreen } from '../domain/ports.ts';
import { Refusal } from '../domain/refusal.ts';

/**
 * What is known of a connection that must stand for somebody.
 * @throws Refusal `hello_required`, or `unauthorized` when the shop's key has been changed since
 */
export function requireBound(touched: Touched): TouchedScreen | { state: 'customer' } {
  if (touched.state === 'shop' || touched.state === 'customer') return touched;
  if (touched.state === 'revoked') throw new Refusal('unauthorized', 'the key of the shop has been changed');
  throw new Refusal('hello_required', 'say hello first, on a new connection');
}
