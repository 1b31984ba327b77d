import { effect, signal } from '@preact/signals';
import type { Order } from '../../../functions/domain/frames.ts';
import { readStored, store } from '../../shared/stored.ts';
import { serverNow } from '../../shared/time.ts';
import { inOneTab } from '../attention/one-tab.ts';
import { may } from '../may.ts';
import { ask, stream } from '../screen.ts';
import { printTicket } from './print.ts';

/** When automatic printing was switched on for this device (ms on the server's clock); `undefined` when it is off. */
export const autoPrintSince = signal(readSince());

/** Switches automatic printing on this device. */
export function switchAutoPrint(on: boolean): void {
  autoPrintSince.value = on ? serverNow.peek() : undefined;
  store('autoprint', autoPrintSince.value);
}

/** Prints each order when it is accepted, if this device gets the claim for it. */
export function startAutoPrint(): void {
  effect(() => {
    const since = autoPrintSince.value;
    if (since === undefined || !may('claim_print')) return;
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
  await inOneTab('print', new AbortController().signal, async stop => {
    if (wasPrinted(order.id) || autoPrintSince.value === undefined) return;
    // Recorded before printing: a missing ticket is noticed and printed by hand, but two tickets make two meals.
    store('printed', [...printed(), order.id].slice(-KEPT));
    await Promise.race([printTicket(order), untilAborted(stop)]); // a tab that is frozen prints later, and holds up nobody
  });
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise(resolve => signal.addEventListener('abort', () => resolve(), { once: true }));
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
