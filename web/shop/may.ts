import type { Operation } from '../../functions/domain/frames.ts';
import { mayRun } from '../../functions/domain/roles.ts';
import { stream } from './screen.ts';

/**
 * Whether the key of this screen may run a command: what it may not is not offered. The server refuses it all the same; one
 * of the version before knows managers alone.
 */
export function may(op: Operation['op']): boolean {
  return mayRun(stream.value?.key?.role ?? 'manager', op);
}
