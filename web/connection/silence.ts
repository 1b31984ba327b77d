import type { AliveFrame } from '../../functions/domain/frames.ts';
import type { Due } from './reducer.ts';

/** What a stream knows of how long nothing has come. Times are milliseconds. */
export interface Hearing {
  /** When the last frame came, or the stream was started. */
  readonly heardAt: number;
  /** How often the gateway shows that this connection is alive; `undefined` until it has done so. */
  readonly aliveMs: number | undefined;
  /** Nothing has come for so long that a person has to know: what the page shows may be old. */
  readonly isSilent: boolean;
}

/** Before anything was heard. */
export const newHearing: Hearing = { heardAt: 0, aliveMs: undefined, isSilent: false };

/** Without a connection a person is told after this time; with one, after two alive frames that did not come. */
const SILENCE_MS = 40_000;
const LATE_ALIVE_MS = 10_000;
/** A timer that runs out so late has slept: the device or the tab did, and frames may be waiting to be read. */
const OVERSLEPT_MS = 5_000;
/** What a link has, after that, to show that it is alive. */
const GRACE_MS = 10_000;

type Writable = { -readonly [K in keyof Hearing]: Hearing[K] };

/** A frame has come; what it is does not matter. */
export function hear(draft: Writable, now: number): void {
  draft.heardAt = now;
  draft.isSilent = false;
}

/** The gateway says how often it shows that it is there. */
export function hearAlive(draft: Writable, { everySeconds }: AliveFrame): void {
  draft.aliveMs = everySeconds * 1_000;
}

/** The device or the tab has slept: the silence meanwhile says nothing of the link. */
export function forgiveSilence(draft: Writable, now: number): void {
  draft.heardAt = Math.max(draft.heardAt, now - silenceMs(draft) + GRACE_MS);
}

/**
 * When the silence has lasted too long. `isLive`: there is a connection; then it counts only behind a gateway that shows
 * itself, since elsewhere a link may be quiet for minutes. `onSilence` is called once; `onOverslept` when the time ran out
 * unseen.
 */
export function silenceAgenda(
  draft: Writable,
  now: number,
  isLive: boolean,
  { onSilence, onOverslept }: { onSilence(): void; onOverslept(): void },
): Due[] {
  if (draft.isSilent || (isLive && draft.aliveMs === undefined)) return [];
  const at = draft.heardAt + silenceMs(draft);
  const act = () => {
    if (now - at > OVERSLEPT_MS) {
      forgiveSilence(draft, now);
      onOverslept();
    } else {
      draft.isSilent = true;
      onSilence();
    }
  };
  return [{ at, act }];
}

/** A ping was not answered by `until`: nobody is there, unless the device has slept over that time. */
export function noteUnanswered(draft: Writable, now: number, until: number): void {
  if (now - until <= OVERSLEPT_MS && now - draft.heardAt >= SILENCE_MS) draft.isSilent = true;
}

function silenceMs({ aliveMs }: Hearing): number {
  return aliveMs === undefined ? SILENCE_MS : 2 * aliveMs + LATE_ALIVE_MS;
}
