import { parseChatServerFrame } from '../../functions/domain/chat-frames.ts';
import type { Socket, Surroundings } from '../connection/connect.ts';
import { fullJitterMs } from '../connection/moment.ts';
import { type ChatState, newChat, received, type Said, unsentOf, withSending, written } from './state.ts';

/** The longest wait for the room's answer. */
const ANSWER_MS = 10_000;
/** A connection that lived this long was a good one: the next loss starts with short waits again. */
const HELD_MS = 10_000;
/** Who has heard nothing for so long asks, once the page is looked at again, whether the room is still there. */
const SILENCE_MS = 60_000;
/** A room believes in nobody for longer than a day: joining again says that this device is still here. */
const RENEW_MS = 6 * 60 * 60 * 1_000;

/** A chat that runs. */
export interface ChatRoom {
  state(): ChatState;
  /** Says something: now, or as soon as there is a connection. */
  say(data: string, to: string | undefined): void;
  /** Sends a message again that was not delivered. */
  again(id: number): void;
  end(): void;
}

/** Opens the chat and keeps it open. `onState` hears of every change. */
export function openChatRoom(
  surroundings: Surroundings,
  onState: (state: ChatState) => void,
  unsent: readonly Pick<Said, 'data' | 'to'>[] = [],
): ChatRoom {
  const { now, random, startTimer } = surroundings;
  let state = newChat(unsent);
  let socket: Socket | undefined;
  let attempt = 0;
  let liveSince = 0;
  let heardAt = 0;
  let heldUntil = 0;
  let isEnded = false;
  let stopTimer = () => {};
  const stopWake = surroundings.onWake(wake);

  function change(next: ChatState): void {
    state = next;
    onState(state);
  }

  function after(ms: number, act: () => void): void {
    stopTimer();
    stopTimer = startTimer(act, ms);
  }

  function connect(): void {
    let opening: Socket;
    try {
      opening = surroundings.openSocket();
    } catch {
      lose(); // an address that is none
      return;
    }
    socket = opening;
    change({ ...state, phase: 'connecting' });
    after(ANSWER_MS, lose);
    opening.onopen = () => socket === opening && join();
    opening.onclose = () => socket === opening && lose();
    opening.onerror = () => {}; // a close follows
    opening.onmessage = ({ data }: { data: unknown }) => {
      if (socket === opening && typeof data === 'string') take(data);
    };
  }

  function join(): void {
    send({ action: 'join' });
    after(ANSWER_MS, lose);
  }

  function take(data: string): void {
    const frame = parseChatServerFrame(data);
    if (frame === undefined) return;
    heardAt = now();
    const wasLive = state.phase === 'live';
    change(received(state, frame, now()));
    if (frame.type === 'presence' && frame.you !== undefined) after(RENEW_MS, join);
    if (frame.type === 'error' && frame.retryAfterMs !== undefined) heldUntil = now() + frame.retryAfterMs;
    if (wasLive || state.phase !== 'live') return;
    liveSince = now();
    for (const { id } of unsentOf(state)) sendSaid(id);
  }

  function lose(): void {
    const old = socket;
    socket = undefined;
    try {
      old?.close();
    } catch {
      // It was not open yet.
    }
    if (isEnded) return;
    if (state.phase === 'live' && now() - liveSince >= HELD_MS) attempt = 0;
    change({ ...state, phase: 'waiting', online: undefined });
    after(Math.max(fullJitterMs(attempt, random()), heldUntil - now()), connect);
    attempt += 1;
  }

  function wake(): void {
    if (state.phase === 'waiting' && now() >= heldUntil) {
      attempt = 0;
      connect();
    } else if (state.phase === 'live' && now() - heardAt > SILENCE_MS) join();
  }

  function sendSaid(id: number): void {
    const said = unsentOf(state).find(each => each.id === id);
    if (said === undefined || state.phase !== 'live') return;
    const { data, to } = said;
    if (send({ action: 'sendmessage', data, ...(to === undefined ? {} : { to }) })) {
      change(withSending(state, id, 'sent', now()));
    }
  }

  function send(frame: object): boolean {
    try {
      socket?.send(JSON.stringify(frame));
      return socket !== undefined;
    } catch {
      return false; // not open any more: its close is on the way
    }
  }

  connect();
  return {
    state: () => state,
    say(data, to) {
      change(written(state, data, to, now()));
      const last = unsentOf(state).at(-1);
      if (last !== undefined) sendSaid(last.id);
    },
    again(id) {
      change({ ...withSending(state, id, 'unsent', now()), problem: undefined });
      sendSaid(id);
    },
    end() {
      isEnded = true;
      stopTimer();
      stopWake();
      lose();
    },
  };
}
