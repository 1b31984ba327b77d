import type { AttemptStore } from '../../connection/place.ts';
import type { Attempt } from '../../connection/placing.ts';
import { readStored, store, storedNames, whenForgottenElsewhere } from '../../shared/stored.ts';

const BEGINNING = 'placing.';

/** Unfinished orders on this device. Each has a name of its own: another tab's is not to be overwritten. */
export const attemptStore: AttemptStore = {
  save: attempt => {
    // An attempt that cannot be kept up to date would say after a reload that it was never sent.
    if (!store(BEGINNING + attempt.key, attempt)) store(BEGINNING + attempt.key, undefined);
  },
  remove: attempt => void store(BEGINNING + attempt.key, undefined),
  all: () =>
    storedNames(BEGINNING)
      .map(name => readStored(name))
      .filter(isAttempt)
      .sort((a, b) => a.startedAt - b.startedAt),
};

/** Calls back with the key of an attempt that another tab has removed. */
export function whenRemovedElsewhere(callback: (key: string) => void): void {
  whenForgottenElsewhere(name => {
    if (name.startsWith(BEGINNING)) callback(name.slice(BEGINNING.length));
  });
}

function isAttempt(stored: unknown): stored is Attempt {
  if (typeof stored !== 'object' || stored === null || !('key' in stored) || !('body' in stored)) return false;
  const { key, body } = stored;
  return (
    typeof key === 'string' && typeof body === 'string' && 'startedAt' in stored && typeof stored.startedAt === 'number'
  );
}
