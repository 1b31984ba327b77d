import type { ChatServerFrame } from '../../functions/domain/chat-frames.ts';

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

/** Somebody came or left. */
export interface Moved {
  kind: 'moved';
  id: number;
  hasCome: boolean;
  online: number;
}

/** What the page shows. */
export interface ChatState {
  /** `live`: the room has answered. */
  phase: 'connecting' | 'live' | 'waiting';
  you: string | undefined;
  online: number | undefined;
  entries: readonly (Said | Moved)[];
  /** Code of the last frame that came to nothing; goes with the next message. */
  problem: string | undefined;
}

/** What is kept of a conversation. */
const MOST_ENTRIES = 500;
/** How far back a message can be what an error is about: errors do not say. */
const ANSWERED_WITHIN_MS = 10_000;

/** Before anything has happened. `unsent` is what was not sent before the page was loaded again. */
export function newChat(unsent: readonly Pick<Said, 'data' | 'to'>[] = []): ChatState {
  const start: ChatState = { phase: 'connecting', you: undefined, online: undefined, entries: [], problem: undefined };
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
export function received(state: ChatState, frame: ChatServerFrame, now: number): ChatState {
  switch (frame.type) {
    case 'presence': {
      const { online, you = state.you } = frame;
      const moved = state.phase === 'live' && state.online !== undefined && online !== state.online;
      const told = moved ? withMove(state, online > (state.online ?? 0), online) : state;
      return { ...told, online, you, phase: frame.you === undefined ? state.phase : 'live' };
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

/** Those who come and go one after the other are told of in one line. */
function withMove(state: ChatState, hasCome: boolean, online: number): ChatState {
  const last = state.entries.at(-1);
  const before = last?.kind === 'moved' ? { ...state, entries: state.entries.slice(0, -1) } : state;
  return withEntry(before, { kind: 'moved', hasCome, online });
}

let made = 0;

function withEntry(state: ChatState, entry: Omit<Said, 'id'> | Omit<Moved, 'id'>): ChatState {
  made += 1;
  const kept = state.entries.slice(-(MOST_ENTRIES - 1));
  return { ...state, entries: [...kept, { ...entry, id: made }] };
}
