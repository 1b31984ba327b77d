import { computed, signal } from '@preact/signals';
import { answerTo } from './audio-states.ts';

/** The state of the sound: audible, waiting for the tap that browsers require, or silent although there was a tap. */
export type Sound = 'heard' | 'waits-for-tap' | 'impossible';

/** The state of this page's sound. */
export const sound = signal<Sound>('waits-for-tap');

/** Whether a bell would be heard now, as far as the browser says. */
export const isSoundAllowed = computed(() => sound.value === 'heard');

/** A `resume()` that has not succeeded after this time is given up: some never settle. */
const RESUME_MS = 400;
/** Within this time the clock of a running context must have moved. */
const CLOCK_MS = 500;

let audio: AudioContext | undefined;
/** Whether the context is silent although it says that it runs, or was asked to. */
let isStuck = false;
let trying: ReturnType<typeof setTimeout> | undefined;

/** Creates the sound, and restores it at every tap and whenever the page or the audio device returns. */
export function startSound(): void {
  if (renew()) void audio?.resume().then(noteState, noteState); // runs at once where the browser trusts the page
  noteState();
  // Any tap on the page counts, not only one on the button that asks for it. It is the click, not `pointerdown`: a page
  // that changes between the two can lose the tap.
  for (const type of ['click', 'keydown']) addEventListener(type, wakeSound, { capture: true });
  // Back from another app, from the back-forward cache, from being frozen, or with another loudspeaker.
  for (const type of ['pageshow', 'focus']) addEventListener(type, lookAgain);
  for (const type of ['visibilitychange', 'resume']) document.addEventListener(type, lookAgain);
  navigator.mediaDevices?.addEventListener?.('devicechange', lookAgain);
}

/** Makes the sound audible, whatever its state is. Call it in a tap: browsers allow it only there. */
export function wakeSound(): void {
  const { onTap } = answerTo(audio?.state ?? 'closed', isStuck);
  if (onTap === 'keep') {
    checkClock();
    return;
  }
  if (onTap === 'renew') renew();
  resume(() => {
    // The last attempt of this tap, with a new context.
    if (onTap === 'resume') renew();
    resume(() => {
      isStuck = true;
      sound.value = 'impossible';
    });
  });
}

/** Plays two strokes of a counter bell, `loudness` from 0 to 1, and checks that the context still runs. */
export function strike(loudness: number, hertz = 880): void {
  if (audio === undefined) return;
  checkClock();
  for (const [delay, pitch] of [
    [0, hertz],
    [0.28, hertz * 1.335],
  ] as const)
    playTone(audio, audio.currentTime + delay, pitch, loudness);
}

function playTone(context: AudioContext, start: number, pitch: number, loudness: number): void {
  const tone = context.createOscillator();
  const volume = context.createGain();
  tone.type = 'triangle';
  tone.frequency.value = pitch;
  volume.gain.setValueAtTime(0.0001, start);
  volume.gain.exponentialRampToValueAtTime(loudness, start + 0.02);
  volume.gain.exponentialRampToValueAtTime(0.0001, start + 0.9);
  tone.connect(volume).connect(context.destination);
  tone.start(start);
  tone.stop(start + 1);
}

/** Resumes the context, and calls `orElse` when that fails or takes too long. */
function resume(orElse: () => void): void {
  clearTimeout(trying);
  const asked = audio;
  const settle = () => {
    if (asked !== audio) return;
    noteState();
    if (isSoundAllowed.value) clearTimeout(trying);
  };
  trying = setTimeout(() => {
    noteState();
    if (!isSoundAllowed.value) orElse();
  }, RESUME_MS);
  void asked?.resume().then(settle, settle);
}

/** Replaces the context. Returns false when the browser cannot make one, for example without an audio device. */
function renew(): boolean {
  const old = audio;
  audio = undefined;
  isStuck = false;
  if (old !== undefined) {
    old.onstatechange = null;
    void old.close().catch(() => {}); // closed already
  }
  try {
    audio = new AudioContext();
  } catch {
    return false; // none in this browser, or too many, or no device
  }
  audio.onstatechange = noteState;
  audio.addEventListener('error', loseDevice);
  return true;
}

/** The output device has gone (Web Audio API, the `error` event): the context is of no use any more. */
function loseDevice(): void {
  isStuck = true;
  noteState();
}

/** Tries to restore the sound without a tap, which some browsers allow. */
function lookAgain(): void {
  if (document.visibilityState === 'hidden') return;
  if (isSoundAllowed.value) checkClock();
  else if (audio?.state !== 'closed') void audio?.resume().then(noteState, noteState);
}

/** Replaces a context whose clock stands still: it is silent even if it says that it runs. */
function checkClock(): void {
  const checked = audio;
  const from = checked?.currentTime ?? 0;
  setTimeout(() => {
    if (checked !== audio || checked?.state !== 'running' || checked.currentTime > from) return;
    renew();
    resume(() => {
      isStuck = true;
      noteState();
    });
  }, CLOCK_MS);
}

function noteState(): void {
  if (audio === undefined) {
    sound.value = 'impossible';
    return;
  }
  if (answerTo(audio.state, isStuck).isHeard) sound.value = 'heard';
  else if (sound.value === 'heard') sound.value = 'waits-for-tap';
}
