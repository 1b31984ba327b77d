import { randomId } from '../random-id.ts';

/** An id for a new connection of an instance: who knows it, knows where to push. */
export function newConnectionId(instance: string): string {
  return `${instance}.${randomId(24)}`;
}

/** The instance that holds a connection; `undefined` for ids of gateways that take no part in a backplane. */
export function instanceOf(connectionId: string): string | undefined {
  return /^([a-z0-9]+)\.[\w-]+$/.exec(connectionId)?.[1];
}
