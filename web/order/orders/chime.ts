/** Notes in hertz: up for good news, down for bad. */
const notes = { good: [660, 880], bad: [660, 494] } as const;

const LOUDNESS = 0.4;

let audio: AudioContext | undefined;

/**
 * Browsers let a page sound only after somebody has touched it, and take that away again when a call comes in or the
 * screen goes dark: so every tap asks anew.
 */
export function wakeSoundWithTaps(): void {
  if (typeof AudioContext === 'undefined') return;
  for (const type of ['click', 'keydown']) addEventListener(type, wakeSound, { capture: true });
}

/** Whether a sound would be heard now. */
export function canSound(): boolean {
  return audio?.state === 'running';
}

/** Plays two soft notes, if the browser allows sound. */
export function chime(news: 'good' | 'bad'): void {
  if (audio === undefined || !canSound()) return;
  for (const [index, hertz] of notes[news].entries()) playNote(audio, hertz, audio.currentTime + index * 0.22);
}

function wakeSound(): void {
  audio ??= new AudioContext();
  if (audio.state === 'closed') audio = new AudioContext();
  if (audio.state !== 'running') audio.resume().catch(() => {}); // the next tap asks again
}

function playNote(context: AudioContext, hertz: number, start: number): void {
  const tone = context.createOscillator();
  const volume = context.createGain();
  tone.frequency.value = hertz;
  volume.gain.setValueAtTime(0.0001, start);
  volume.gain.exponentialRampToValueAtTime(LOUDNESS, start + 0.03);
  volume.gain.exponentialRampToValueAtTime(0.0001, start + 0.7);
  tone.connect(volume).connect(context.destination);
  tone.start(start);
  tone.stop(start + 0.8);
}
