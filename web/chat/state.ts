import type { ChatAliveFrame, ChatServerFrame } from '../../functions/domain/chat/frames.ts';

/** What was said, by whom, and what became of it. */
export interface Said {
  kind: 'said';
  id: number;
  at: number;
  /** `undefined`: this device. */
  from: string | undefined;
  /** To one member alone. */
  to: string | undefined;
  isDirect: boolean;
  data: string;
  /** Of what was written here: `unsent` until there is a connection to send it on. */
  sending: 'unsent' | 'sent' | 'failed' | undefined;
}

/** Somebody came, left, or came back of whom it was told that they had left. */
export interface Moved {
  kind: 'moved';
  id: number;
  how: 'came' | 'left' | 'back';
  online: number;
}

/** What the page shows. */
export interface ChatState {
  /** `live`: the room has answered. */
  phase: 'connecting' | 'live' | 'waiting';
  you: string | undefined;
  online: number | undefined;
  /** How many were online when last somebody came or left. */
  counted: number | undefined;
  /** When those went of whom nobody was told yet: they may only be loading their page anew. The oldest first. */
  leaving: readonly number[];
  entries: readonly (Said | Moved)[];
  /** Code of the last frame that came to nothing; goes with the next message. */
  problem: string | undefined;
}

/** Who comes back within this time has not left. */
export const RETURN_MS = 5_000;
/** What is kept of a conversation. */
const MOST_ENTRIES = 500;
/** How far back a message can be what an error is about: errors do not say. */
const ANSWERED_WITHIN_MS = 10_000;

/** Before anything has happened. `unsent` is what was not sent before the page was loaded again. */
export function newChat(unsent: readonly Pick<Said, 'data' | 'to'>[] = []): ChatState {
  const start: ChatState = {
    phase: 'connecting',
    you: undefined,
    online: undefined,
    counted: undefined,
    leaving: [],
    entries: [],
    problem: undefined,
  };
  return unsent.reduce((state, { data, to }) => written(state, data, to, 0), start);
}

/** What was written here waits to be sent. */
export function written(state: ChatState, data: string, to: string | undefined, at: number): ChatState {
  const isDirect = to !== undefined;
  const said = { kind: 'said', at, from: undefined, to, isDirect, data, sending: 'unsent' } as const;
  return { ...withEntry(state, said), problem: undefined };
}

/** What still waits, the oldest first. */
export function unsentOf({ entries }: ChatState): Said[] {
  return entries.filter((entry): entry is Said => entry.kind === 'said' && entry.sending === 'unsent');
}

/** Has a message another fate: sent, failed, or to be sent again. */
export function withSending(state: ChatState, id: number, sending: Said['sending'], at: number): ChatState {
  const entries = state.entries.map(entry =>
    entry.kind === 'said' && entry.id === id ? { ...entry, sending, at } : entry,
  );
  return { ...state, entries };
}

/** A frame of the server has come. */
export function received(state: ChatState, frame: Exclude<ChatServerFrame, ChatAliveFrame>, now: number): ChatState {
  switch (frame.type) {
    case 'presence': {
      const { online, back = 0, you = state.you } = frame;
      const told =
        state.phase === 'live' && state.counted !== undefined
          ? withMoves(state, { change: online - state.counted, back, online, now })
          : state;
      return { ...told, online, counted: online, you, phase: frame.you === undefined ? state.phase : 'live' };
    }
    case 'message': {
      const { from, data, online, direct: isDirect = false } = frame;
      const said = { kind: 'said', at: now, from, to: undefined, isDirect, data, sending: undefined } as const;
      return { ...withEntry(state, said), online };
    }
    case 'error': {
      const last = state.entries.findLast((entry): entry is Said => entry.kind === 'said' && entry.sending === 'sent');
      const failed = last !== undefined && now - last.at < ANSWERED_WITHIN_MS;
      const told = failed ? withSending(state, last.id, 'failed', now) : state;
      return { ...told, problem: frame.error.code };
    }
  }
}

/** The connection is lost: who comes and goes meanwhile is not known. */
export function disconnected(state: ChatState): ChatState {
  return { ...state, phase: 'waiting', online: undefined, counted: undefined, leaving: [] };
}

/** Those have left who went so long ago and have not come back. */
export function withLeft(state: ChatState, now: number): ChatState {
  const leaving = state.leaving.filter(at => now - at < RETURN_MS);
  if (leaving.length === state.leaving.length) return state;
  return { ...withMove(state, 'left', state.online ?? 0), leaving };
}

/**
 * So many more are there than before, or fewer, and `back` of those who came were here before. Whoever returns in time is
 * one of the last who went, and nothing is told of it; of those who go, only when they have not come back.
 */
function withMoves(
  state: ChatState,
  { change, back, online, now }: { change: number; back: number; online: number; now: number },
): ChatState {
  const returned = Math.min(back, state.leaving.length);
  const stillAway = state.leaving.slice(0, state.leaving.length - returned);
  const more = change - returned;
  if (more > 0) return withMove({ ...state, leaving: stillAway }, more <= back - returned ? 'back' : 'came', online);
  return { ...state, leaving: [...stillAway, ...Array<number>(-more).fill(now)] };
}

/** Those who come and go one after the other are told of in one line. */
function withMove(state: ChatState, how: Moved['how'], online: number): ChatState {
  const last = state.entries.at(-1);
  const before = last?.kind === 'moved' ? { ...state, entries: state.entries.slice(0, -1) } : state;
  return withEntry(before, { kind: 'moved', how, online });
}

let made = 0;

function withEntry(state: ChatState, entry: Omit<Said, 'id'> | Omit<Moved, 'id'>): ChatState {
  made += 1;
  const kept = state.entries.slice(-(MOST_ENTRIES - 1));
  return { ...state, entries: [...kept, { ...entry, id: made }] };
}
