import { computed, effect, signal, untracked } from '@preact/signals';
import { readStored, store } from '../../shared/stored.ts';
import { dueOrders } from '../orders/later.ts';
import { rejectedHere } from '../orders/steps.ts';
import { stream } from '../screen.ts';
import { noticeBegin, notices } from './notices.ts';
import { inOneTab } from './one-tab.ts';
import { isSoundAllowed, startSound, strike, wakeSound } from './sound.ts';

/** The number of orders that are neither accepted nor rejected. */
export const waitingCount = computed(
  () =>
    [...(stream.value?.orders.values() ?? [])].filter(
      ({ status, id }) => status === 'placed' && !rejectedHere.value.has(id),
    ).length,
);

/** The number of orders for later that are to be begun, and nobody has said yet that this was seen. */
export const toBeginCount = computed(
  () =>
    notices.value.filter(
      ({ kind, order }) => kind === 'begin' && stream.value?.orders.get(order.id)?.status === 'accepted',
    ).length,
);

/** Whether somebody has to come: an order waits, or is to be begun. The bell rings meanwhile. */
export const isCalling = computed(() => waitingCount.value + toBeginCount.value > 0);

/** Whether the bell is muted on this device. */
export const isMuted = signal(readStored('muted') === true);

/** Whether the bell rings on this device now; of several tabs only one makes the sound. */
export const isRinging = computed(() => isCalling.value && !isMuted.value);

/** Starts the sound. Call it in a tap, without which browsers stay silent. A short stroke shows how loud it is. */
export function allowSound(): void {
  wakeSound();
  strike(0.15);
}

/** Switches the bell off or on. */
function mute(muted: boolean): void {
  isMuted.value = muted;
  store('muted', muted);
  if (!muted) allowSound();
}

/** Handles a tap on the bell: mutes a bell that can be heard, and otherwise makes it audible. */
export function tapBell(): void {
  if (isMuted.value) mute(false);
  else if (wasHeardAtPress ?? isSoundAllowed.value) mute(true);
  else allowSound();
}

// A key press wakes the sound before its click arrives, so the state at the press decides what the tap was for.
let wasHeardAtPress: boolean | undefined;

function notePresses(): void {
  for (const type of ['pointerdown', 'keydown'])
    addEventListener(
      type,
      () => {
        wasHeardAtPress = isSoundAllowed.value;
      },
      { capture: true, passive: true },
    );
  addEventListener('click', () => {
    wasHeardAtPress = undefined;
  });
}

/**
 * Starts the bell: it rings while orders wait, when one for later is to be begun, and while the server is silent, in one
 * tab of the device.
 */
export function startBell(): void {
  notePresses();
  startSound();

  effect(() => {
    for (const id of dueOrders.value) {
      const order = stream.peek()?.orders.get(id);
      if (order !== undefined) untracked(() => noticeBegin(order));
    }
  });
  ringWhile('bell', () => isRinging.value, RING);
  ringWhile('silence', () => stream.value?.isSilent === true && !isMuted.value, CUT_OFF);

  let heard = 0;
  let struckAt = Number.NEGATIVE_INFINITY;
  effect(() => {
    const count = notices.value.filter(({ kind }) => kind !== 'begin').length; // for those the bell itself rings
    const now = performance.now();
    if (count > heard && !isMuted.value && now - struckAt >= NOTICE_GAP_MS) {
      strike(0.6, 660);
      struckAt = now;
    }
    heard = count;
  });
}

/** Notices within this time sound once: several strokes at the same moment are too loud. */
const NOTICE_GAP_MS = 1_000;

/** How the bell sounds: how often, how loud, and at which pitch. */
interface Ring {
  everyMs: number;
  loudness: number;
  hertz: number;
}

const RING: Ring = { everyMs: 3_000, loudness: 0.8, hertz: 880 };
/** The tone for a server that cannot be reached: low and slow, so that it is not mistaken for an order. */
const CUT_OFF: Ring = { everyMs: 6_000, loudness: 0.7, hertz: 277 };

/** Rings for as long as there is a reason and the page may sound, in one tab of the device: the one with the lock. */
function ringWhile(lock: string, hasReason: () => boolean, ring: Ring): void {
  let over: AbortController | undefined;
  effect(() => {
    const shouldRing = hasReason() && isSoundAllowed.value;
    if (shouldRing && over === undefined) {
      over = new AbortController();
      void inOneTab(lock, over.signal, stop => sound(ring, stop), true);
    }
    if (!shouldRing) {
      over?.abort();
      over = undefined;
    }
  });
}

/** Rings until it is told to stop. */
function sound({ everyMs, loudness, hertz }: Ring, stop: AbortSignal): Promise<void> {
  return new Promise<void>(resolve => {
    strike(loudness, hertz);
    const timer = setInterval(() => strike(loudness, hertz), everyMs);
    stop.addEventListener('abort', () => {
      clearInterval(timer);
      resolve();
    });
  });
}
