import type { Operation } from '../../functions/domain/frames.ts';
import { readStored, store, storedNames } from '../shared/stored.ts';

/** An operation that names the version of the order that it was meant for, so that it does nothing to a later one. */
export type VersionedOperation = Extract<Operation, { version: number }>;

/**
 * Stores an operation on an order until the server has answered it, because the page may be closed before that. Other
 * operations are not stored: to close the shop hours later would be wrong.
 */
export function keepStep(id: string, shop: string, operation: Operation): void {
  if ('version' in operation) store(PREFIX + id, { shop, operation });
}

/** Removes an operation that has been answered. */
export function forgetStep(id: string): void {
  store(PREFIX + id, undefined);
}

/** Removes all stored operations, at signing out. */
export function forgetSteps(): void {
  for (const name of storedNames(PREFIX)) store(name, undefined);
}

/** Returns the unanswered operations on orders of this shop, with the ids under which they were sent. */
export function readKeptSteps(shop: string): { id: string; operation: VersionedOperation }[] {
  return storedNames(PREFIX).flatMap(name => {
    const kept = readStored(name) as { shop?: unknown; operation?: VersionedOperation } | undefined;
    const { operation } = kept ?? {};
    return kept?.shop === shop && operation !== undefined ? [{ id: name.slice(PREFIX.length), operation }] : [];
  });
}

const PREFIX = 'step.';
