import type { Backplane } from './backplane.ts';

const key = Symbol.for('websocket-order.backplane');
const holder = globalThis as { [key]?: Backplane | undefined };

/**
 * Offers the backplane of this process to the functions that run in it, which are bundled apart from the gateway: their
 * pushes to its own connections then take no way at all. `undefined` takes it back.
 */
export function offerBackplane(backplane: Backplane | undefined): void {
  holder[key] = backplane;
}

/** The backplane of the gateway in this process, if there is one. */
export function offeredBackplane(): Backplane | undefined {
  return holder[key];
}
