import type { ErrorFrame } from '../../functions/domain/frames.ts';
import { type Due, fullJitterMs, type Moment } from './reducer.ts';

/** Why a stream has ended for good; only a person, or the page (which is `hidden` no more), starts it again. */
export type StopReason = 'unauthorized' | 'protocol_error' | 'replaced' | 'finished' | 'left' | 'hidden';

/**
 * The one socket below a stream, as every role needs it: open, say hello, be welcomed, come back when lost.
 *
 * - `waiting`: until `until`, then another socket is opened
 * - `connecting`, `greeting`: given up at `until`; between hello and welcome nothing may be sent
 * - `live`: welcomed
 * - `stopped`: see `stoppedBy`
 */
export interface Link {
  readonly phase: 'stopped' | 'waiting' | 'connecting' | 'greeting' | 'live';
  readonly until: number | undefined;
  readonly stoppedBy: StopReason | undefined;
  /** The server asked for this wait: nothing shortens it. */
  readonly held: boolean;
  /** Tries since the last connection that held. */
  readonly attempt: number;
  readonly liveSince: number | undefined;
  /** Since when there is no live connection; `undefined` while there is one and before the first was asked for. */
  readonly offlineSince: number | undefined;
}

/** Longest time for the socket to open, and for the answer to a hello or a ping. */
export const ANSWER_MS = 10_000;
/** A connection that lived this long was a good one: the next loss starts with short waits again. */
const HELD_MS = 10_000;

/** A link that nobody has started yet. */
export const newLink: Link = {
  phase: 'stopped',
  until: undefined,
  stoppedBy: undefined,
  held: false,
  attempt: 0,
  liveSince: undefined,
  offlineSince: undefined,
};

/** A socket is being opened. */
export function connectLink(link: Link, now: number): Link {
  return {
    ...link,
    phase: 'connecting',
    until: now + ANSWER_MS,
    stoppedBy: undefined,
    offlineSince: link.offlineSince ?? now,
  };
}

/** A hello was sent. */
export function greetLink(link: Link, now: number): Link {
  return { ...link, phase: 'greeting', until: now + ANSWER_MS };
}

/** The welcome has come. */
export function welcomeLink(link: Link, now: number): Link {
  return { ...link, phase: 'live', until: undefined, liveSince: link.liveSince ?? now, offlineSince: undefined };
}

/** The connection is lost, or given up by us: another one after a wait of full jitter, or after `waitMs`. */
export function loseLink(link: Link, { now, random }: Moment, waitMs?: number): Link {
  const attempt = attemptsBefore(link, now);
  return {
    ...link,
    phase: 'waiting',
    until: now + (waitMs ?? fullJitterMs(attempt, random)),
    held: waitMs !== undefined && waitMs > 0,
    attempt: attempt + 1,
    liveSince: undefined,
    offlineSince: link.offlineSince ?? now,
  };
}

/** A gateway that closes on schedule closes its clients one by one: few come back at once. */
const ON_SCHEDULE_MS = 250;

/**
 * How long to wait after the connection was closed. 1000 to one that has held is a gateway's schedule, not a fault: it is
 * there at once. `undefined`: full jitter, as ever.
 */
export function waitAfterClose(link: Link, code: number | undefined, { now, random }: Moment): number | undefined {
  const isOnSchedule = code === 1000 && link.phase === 'live' && attemptsBefore(link, now) === 0;
  return isOnSchedule ? Math.floor(random * ON_SCHEDULE_MS) : undefined;
}

/** The network or the tab is back, or a person asks: no more waiting, unless the server wants it. */
export function hurryLink(link: Link, now: number): Link {
  return link.phase === 'waiting' && !link.held ? { ...link, until: now, attempt: 0 } : link;
}

/** Ends the stream. */
export function stopLink(link: Link, stoppedBy: StopReason, now: number): Link {
  return {
    ...link,
    phase: 'stopped',
    until: undefined,
    stoppedBy,
    attempt: 0,
    liveSince: undefined,
    offlineSince: link.offlineSince ?? now,
  };
}

/** What an error frame does to the link; `undefined` when the connection stays as it is. */
export function linkAfterError(link: Link, frame: ErrorFrame, moment: Moment): Link | undefined {
  switch (frame.error.code) {
    case 'unauthorized':
    case 'replaced':
      return stopLink(link, frame.error.code, moment.now);
    case 'hello_required':
      // At once, unless it was for nothing before: then a server that cannot be pleased is not hammered.
      return loseLink(link, moment, attemptsBefore(link, moment.now) === 0 ? 0 : undefined);
    case 'rate_limited':
      return loseLink(link, moment, (frame.retryAfterMs ?? 5_000) + Math.floor(moment.random * 1_000));
    default:
      return undefined;
  }
}

function attemptsBefore(link: Link, now: number): number {
  return link.liveSince !== undefined && now - link.liveSince >= HELD_MS ? 0 : link.attempt;
}

/** What the link has to do by itself: open the next socket, or give up one that does not answer. */
export function linkAgenda(link: Link, open: () => void, giveUp: () => void): Due[] {
  if (link.until === undefined) return [];
  return [{ at: link.until, act: link.phase === 'waiting' ? open : giveUp }];
}
