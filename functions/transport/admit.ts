import { Refusal } from '../domain/refusal.ts';
import type { TransportDependencies } from './dependencies.ts';

/** A connection that says hello. `remoteAddress` is `undefined` where the gateway does not say it with frames. */
export interface Greeter {
  id: string;
  remoteAddress: string | undefined;
}

/**
 * Records the connection of a hello that is in order. Where the gateway says with each frame who sent it, register has
 * recorded nothing.
 * @throws Refusal `rate_limited` when its address has as many as it may
 */
export async function admit(
  { connections, subjectOf }: TransportDependencies,
  { id, remoteAddress }: Greeter,
): Promise<void> {
  if (remoteAddress === undefined) return;
  const outcome = await connections.add({ id, address: subjectOf(remoteAddress) });
  if (outcome === 'too_many')
    throw new Refusal('rate_limited', 'too many connections from this address', { retryAfterSeconds: 5 });
}
