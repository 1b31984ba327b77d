import { effect, signal } from '@preact/signals';
import type { Order } from '../../functions/domain/frames.ts';
import { readStored, store } from '../shared/stored.ts';
import { serverNow } from '../shared/time.ts';
import { printTicket } from './print.ts';
import { ask, stream } from './screen.ts';

/** Since when this device prints by itself (milliseconds on the server's clock); `undefined` when it does not. */
export const autoPrintSince = signal(readSince());

/** Makes this the device that prints, from now on, or no longer. */
export function switchAutoPrint(on: boolean): void {
  autoPrintSince.value = on ? serverNow.peek() : undefined;
  store('autoprint', autoPrintSince.value);
}

/** Prints each order once it is accepted, if this device is the one that may. */
export function startAutoPrint(): void {
  effect(() => {
    const since = autoPrintSince.value;
    if (since === undefined) return;
    for (const order of stream.value?.orders.values() ?? []) {
      if (order.status !== 'accepted' || Date.parse(order.updatedAt) < since || begun.has(order.id)) continue;
      begun.add(order.id);
      void claimAndPrint(order);
    }
  });
}

const begun = new Set<string>();
const KEPT = 500;

/** The claim is for the device, so its tabs have to agree as well, and it has to be remembered over a reload. */
async function claimAndPrint(order: Order): Promise<void> {
  if (wasPrinted(order.id)) return;
  const result = await ask({ op: 'claim_print', order: order.id });
  if (!result.ok) return;
  await inOneTab(async () => {
    if (wasPrinted(order.id) || autoPrintSince.value === undefined) return;
    // Before the paper comes: none at all is seen, and printed by a tap; two make two meals.
    store('printed', [...printed(), order.id].slice(-KEPT));
    await printTicket(order);
  });
}

function inOneTab(print: () => Promise<void>): Promise<unknown> {
  // Plain http from another machine has no locks.
  return navigator.locks === undefined ? print() : navigator.locks.request('print', print);
}

function wasPrinted(order: string): boolean {
  return printed().includes(order);
}

function printed(): string[] {
  const stored = readStored('printed');
  return Array.isArray(stored) ? stored : [];
}

function readSince(): number | undefined {
  const stored = readStored('autoprint');
  return typeof stored === 'number' ? stored : undefined;
}
