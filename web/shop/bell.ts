import { computed, effect, signal } from '@preact/signals';
import { readStored, store } from '../shared/stored.ts';
import { notices } from './notices.ts';
import { stream } from './screen.ts';

/** How many orders wait for somebody to accept or reject them: the bell follows this, not the moment they came. */
export const waitingCount = computed(
  () => [...(stream.value?.orders.values() ?? [])].filter(order => order.status === 'placed').length,
);

/** Browsers let a page sound only after somebody has touched it. */
export const isSoundAllowed = signal(false);

/** Somebody wants silence, on this device. */
export const isMuted = signal(readStored('muted') === true);

/** Whether it rings now. Another tab of this device may be the one that sounds. */
export const isRinging = computed(() => waitingCount.value > 0 && !isMuted.value);

let audio: AudioContext | undefined;

/** The one tap. Also tells at once, by a short sound, how loud it is. */
export function allowSound(): void {
  audio ??= new AudioContext();
  void audio.resume().then(noteState);
  audio.onstatechange = noteState;
  strike(0.15);
}

/** Switches the bell off or on. */
export function mute(muted: boolean): void {
  isMuted.value = muted;
  store('muted', muted);
  if (!muted) allowSound();
}

/** Starts listening: rings while there is a reason to, in one tab of the device. */
export function startBell(): void {
  if (typeof AudioContext === 'undefined') return;
  audio = new AudioContext(); // runs at once where the browser trusts the page
  noteState();
  audio.onstatechange = noteState;
  // Any tap of the page will do, not only on the button that asks for it. Not the pressing of the finger: what changes
  // in the page between pressing and lifting can cost the tap.
  for (const type of ['click', 'keydown'])
    addEventListener(type, () => void (audio?.state === 'suspended' && audio.resume()), { capture: true });

  let stopRinging: (() => void) | undefined;
  effect(() => {
    const shouldRing = isRinging.value && isSoundAllowed.value;
    if (shouldRing && stopRinging === undefined) stopRinging = ringInOneTab();
    if (!shouldRing) {
      stopRinging?.();
      stopRinging = undefined;
    }
  });

  let heard = 0;
  effect(() => {
    const count = notices.value.length;
    if (count > heard && !isMuted.value) strike(0.6, 660);
    heard = count;
  });
}

const RING_EVERY_MS = 3_000;

/** Of several tabs of this device one rings, the one that holds the lock; where there are no locks, all do. */
function ringInOneTab(): () => void {
  const over = new AbortController();
  const ring = () =>
    new Promise<void>(resolve => {
      strike(0.8);
      const timer = setInterval(() => strike(0.8), RING_EVERY_MS);
      over.signal.addEventListener('abort', () => {
        clearInterval(timer);
        resolve();
      });
    });
  // Plain http from another machine has no locks.
  if (navigator.locks === undefined) void ring();
  else navigator.locks.request('bell', { signal: over.signal }, ring).catch(() => {}); // aborted while waiting for it
  return () => over.abort();
}

/** Two strokes of a counter bell. */
function strike(loudness: number, hertz = 880): void {
  if (audio === undefined) return;
  for (const [delay, pitch] of [
    [0, hertz],
    [0.28, hertz * 1.335],
  ] as const) {
    const start = audio.currentTime + delay;
    const tone = audio.createOscillator();
    const volume = audio.createGain();
    tone.type = 'triangle';
    tone.frequency.value = pitch;
    volume.gain.setValueAtTime(0.0001, start);
    volume.gain.exponentialRampToValueAtTime(loudness, start + 0.02);
    volume.gain.exponentialRampToValueAtTime(0.0001, start + 0.9);
    tone.connect(volume).connect(audio.destination);
    tone.start(start);
    tone.stop(start + 1);
  }
}

function noteState(): void {
  isSoundAllowed.value = audio?.state === 'running';
}
