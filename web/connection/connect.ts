import type { ClientFrame, ServerFrame } from '../../functions/domain/frames.ts';
import type { Moment, Outcome } from './reducer.ts';
import { steadyClock } from './steady-clock.ts';

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
 * or a person after a stop, wants the stream. `hide`, `show`: whether somebody can see the page.
 */
export type SocketInput<Received = ServerFrame> =
  | { type: 'connect' }
  | { type: 'leave' }
  | { type: 'opened' }
  | { type: 'closed'; code?: number | undefined }
  | { type: 'wake' }
  | { type: 'hide' }
  | { type: 'show' }
  | { type: 'tick' }
  | { type: 'frame'; frame: Received };
/**
 * What every stream wants done; the roles add their own.
 *
 * - `connect`: open a socket (any other one is closed and no longer listened to)
 * - `close`: close the socket and no longer listen to it; no `closed` is expected
 */
export type SocketEffect<Sent = ClientFrame> = { type: 'connect' } | { type: 'close' } | { type: 'send'; frame: Sent };

/** One end of a stream: what it does with what happens, as pure functions. */
export interface Machine<State, Input, Effect, Received = ServerFrame> {
  reduce(state: State, input: Input, moment: Moment): Outcome<State, Effect>;
  /** When `reduce` wants its next `tick`; `undefined` while it waits for others only. */
  dueAt(state: State): number | undefined;
  /** Reads a text frame; `undefined` for one that is to be ignored. */
  parse(text: string): Received | undefined;
}

/** What a stream has around it. `now` is milliseconds; a clock that is set is evened out by `steadyClock`. */
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
  onEffect?(effect: Exclude<Effect, SocketEffect<unknown>>, state: State): void;
}

/** Timers of browsers hold 31 bits; there is no need to sleep longer either. */
const LONGEST_SLEEP_MS = 60_000;

/**
 * Binds a reducer to a socket, a clock and a timer, and starts it. Inputs that arise while one is worked on (a fake
 * socket may answer at once) wait their turn.
 */
export function connect<
  State,
  Input extends { type: string },
  Effect extends { type: string },
  Received = ServerFrame,
  Sent = ClientFrame,
>(
  machine: Machine<State, Input | SocketInput<Received>, Effect | SocketEffect<Sent>, Received>,
  start: State,
  surroundings: Surroundings,
  listener: Listener<State, Effect | SocketEffect<Sent>> = {},
): Connection<State, Input | SocketInput<Received>> {
  let state = start;
  let socket: Socket | undefined;
  let stopTimer = () => {};
  let ended = false;
  let busy = false;
  const waiting: (Input | SocketInput<Received>)[] = [];
  const clock = steadyClock(surroundings.now);
  const stopWake = surroundings.onWake(() => put({ type: 'wake' }));

  function put(input: Input | SocketInput<Received>): void {
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

  function turn(input: Input | SocketInput<Received>): void {
    const outcome = machine.reduce(state, input, { now: clock.now(), random: surroundings.random() });
    state = outcome.state;
    for (const effect of outcome.effects) act(effect);
    listener.onState?.(state);
  }

  function act(effect: Effect | SocketEffect<Sent>): void {
    if (isSocketEffect<Sent>(effect)) {
      if (effect.type === 'send') send(effect.frame);
      else {
        drop();
        if (effect.type === 'connect') open();
      }
    } else listener.onEffect?.(effect as Exclude<Effect, SocketEffect<unknown>>, state);
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
      const frame = typeof data === 'string' ? machine.parse(data) : undefined;
      if (isCurrent() && frame !== undefined) put({ type: 'frame', frame });
    };
    opening.onclose = ({ code }: { code?: number }) => {
      if (!isCurrent()) return;
      socket = undefined;
      put({ type: 'closed', code });
    };
    opening.onerror = () => {}; // a close follows
  }

  function send(frame: Sent): void {
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
    const from = clock.now();
    const ms = Math.ceil(Math.min(Math.max(0, dueAt - from), LONGEST_SLEEP_MS));
    stopTimer = surroundings.startTimer(() => {
      clock.atLeast(from + ms);
      put({ type: 'tick' });
    }, ms);
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

function isSocketEffect<Sent>(effect: { type: string }): effect is SocketEffect<Sent> {
  return effect.type === 'connect' || effect.type === 'close' || effect.type === 'send';
}
