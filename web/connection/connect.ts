import { type ClientFrame, parseServerFrame, type ServerFrame } from '../../functions/domain/frames.ts';
import type { Moment, Outcome } from './moment.ts';

/** As much of a WebSocket as is needed; the browser's and the one of `ws` both are such. */
export interface Socket {
  onopen: ((event: never) => void) | null;
  onmessage: ((event: never) => void) | null;
  onclose: ((event: never) => void) | null;
  onerror: ((event: never) => void) | null;
  send(text: string): void;
  close(): void;
}

/**
 * What can happen to every stream; the roles add their own. `wake`: the network or the tab is back. `connect`: the page,
 * or a person after a stop, wants the stream.
 */
export type SocketInput =
  | { type: 'connect' }
  | { type: 'leave' }
  | { type: 'opened' }
  | { type: 'closed'; code?: number | undefined }
  | { type: 'wake' }
  | { type: 'tick' }
  | { type: 'frame'; frame: ServerFrame };
/**
 * What every stream wants done; the roles add their own.
 *
 * - `connect`: open a socket (any other one is closed and no longer listened to)
 * - `close`: close the socket and no longer listen to it; no `closed` is expected
 */
export type SocketEffect = { type: 'connect' } | { type: 'close' } | { type: 'send'; frame: ClientFrame };

/** A reducer with the time at which it wants its next tick. */
export interface Machine<State, Input, Effect> {
  reduce(state: State, input: Input, moment: Moment): Outcome<State, Effect>;
  dueAt(state: State): number | undefined;
}

/** The world a stream lives in. `now` is milliseconds; a clock that is set back is evened out here. */
export interface Surroundings {
  openSocket(): Socket;
  now(): number;
  random(): number;
  /** Calls back once after that many milliseconds, unless the function it gives is called before. */
  startTimer(callback: () => void, ms: number): () => void;
  /** Calls back whenever the network or the tab comes back; gives the function that ends this. */
  onWake(callback: () => void): () => void;
}

/** A stream that runs. */
export interface Connection<State, Input> {
  state(): State;
  /** Gives the reducer an input. */
  put(input: Input): void;
  /** Ends everything: the socket, the timer, the listeners. */
  end(): void;
}

/** What a stream's owner wants to hear of. */
export interface Listener<State, Effect> {
  /** After every input that changed something, once its effects are done. */
  onState?(state: State): void;
  /** Effects other than those of the socket. */
  onEffect?(effect: Exclude<Effect, SocketEffect>, state: State): void;
}

/** Timers of browsers hold 31 bits; there is no need to sleep longer either. */
const LONGEST_SLEEP_MS = 60_000;

/**
 * Binds a reducer to a socket, a clock and a timer, and starts it. Inputs that arise while one is worked on (a fake
 * socket may answer at once) wait their turn.
 */
export function connect<State, Input extends { type: string }, Effect extends { type: string }>(
  machine: Machine<State, Input | SocketInput, Effect | SocketEffect>,
  start: State,
  surroundings: Surroundings,
  listener: Listener<State, Effect | SocketEffect> = {},
): Connection<State, Input | SocketInput> {
  let state = start;
  let socket: Socket | undefined;
  let stopTimer = () => {};
  let ended = false;
  let busy = false;
  const waiting: (Input | SocketInput)[] = [];
  const now = steadyClock(surroundings.now);
  const stopWake = surroundings.onWake(() => put({ type: 'wake' }));

  function put(input: Input | SocketInput): void {
    if (ended) return;
    waiting.push(input);
    if (busy) return;
    busy = true;
    try {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) turn(next);
    } finally {
      busy = false;
    }
    sleep();
  }

  function turn(input: Input | SocketInput): void {
    const outcome = machine.reduce(state, input, { now: now(), random: surroundings.random() });
    state = outcome.state;
    for (const effect of outcome.effects) act(effect);
    listener.onState?.(state);
  }

  function act(effect: Effect | SocketEffect): void {
    if (isSocketEffect(effect)) {
      if (effect.type === 'send') send(effect.frame);
      else {
        drop();
        if (effect.type === 'connect') open();
      }
    } else listener.onEffect?.(effect as Exclude<Effect, SocketEffect>, state);
  }

  function open(): void {
    let opening: Socket;
    try {
      opening = surroundings.openSocket();
    } catch {
      waiting.push({ type: 'closed' }); // an address that is none, or a page that may not open sockets
      return;
    }
    const isCurrent = () => socket === opening;
    socket = opening;
    opening.onopen = () => {
      if (isCurrent()) put({ type: 'opened' });
    };
    opening.onmessage = ({ data }: { data: unknown }) => {
      const frame = typeof data === 'string' ? parseServerFrame(data) : undefined;
      if (isCurrent() && frame !== undefined) put({ type: 'frame', frame });
    };
    opening.onclose = ({ code }: { code?: number }) => {
      if (!isCurrent()) return;
      socket = undefined;
      put({ type: 'closed', code });
    };
    opening.onerror = () => {}; // a close follows
  }

  function send(frame: ClientFrame): void {
    try {
      socket?.send(JSON.stringify(frame));
    } catch {
      // Not open any more: its close is on the way.
    }
  }

  function drop(): void {
    const old = socket;
    socket = undefined; // from here on it is not listened to
    try {
      old?.close();
    } catch {
      // It was not open yet.
    }
  }

  function sleep(): void {
    stopTimer();
    const dueAt = ended ? undefined : machine.dueAt(state);
    if (dueAt === undefined) return;
    const ms = Math.min(Math.max(0, dueAt - now()), LONGEST_SLEEP_MS);
    stopTimer = surroundings.startTimer(() => put({ type: 'tick' }), Math.ceil(ms));
  }

  put({ type: 'connect' });
  return {
    state: () => state,
    put,
    end() {
      ended = true;
      stopTimer();
      stopWake();
      drop();
    },
  };
}

function isSocketEffect(effect: { type: string }): effect is SocketEffect {
  return effect.type === 'connect' || effect.type === 'close' || effect.type === 'send';
}

/** `clock` goes on while a device sleeps, but may be set back, and then every deadline would be hours away. */
function steadyClock(clock: () => number): () => number {
  let last = clock();
  let offset = 0;
  return () => {
    const read = clock() + offset;
    if (read < last) offset += last - read;
    last = Math.max(read, last);
    return last;
  };
}
