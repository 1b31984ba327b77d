import { setTimeout as delay } from 'node:timers/promises';

/** A connection to what carries messages, listening on the channel of this process. Once ended, it stays so. */
export interface Session {
  /** Sends; `false`: nobody listens there. @throws Error when it cannot be known whether the message has gone */
  send(channel: string, text: string): Promise<boolean>;
  end(): Promise<void>;
}

/** What a session tells. */
export interface SessionListener {
  onMessage(text: string): void;
  /** It has ended without being asked to. */
  onEnd(error?: Error): void;
}

/** Opens a session that listens on the channel `name`. @throws Error when it cannot be opened */
export type OpenSession = (name: string, listener: SessionListener) => Promise<Session>;

/** Milliseconds. */
export interface LineTimes {
  /** How often a kept line is tried, by a message to itself that has to arrive before the next. */
  tryMs: number;
  /** How long a session that nobody keeps may lie idle before a new one is used: a frozen container cannot tell that it has died. */
  idleMs: number;
  /** Before the first new try after a failure; it doubles up to `longestWaitMs`. */
  firstWaitMs: number;
  longestWaitMs: number;
  /** How long a new session may take to hear itself. */
  openMs: number;
}

/** What keeps a line. */
export interface LineOptions {
  open: OpenSession;
  name: string;
  /** Whether the line is opened at once and again whenever it ends; else it is opened for the next message. */
  isKept: boolean;
  times: Partial<LineTimes> | undefined;
  onMessage(text: string): void;
  log(entry: { event: string; message?: string | undefined }): void;
}

/** One session after another, which looks like one that never ends. */
export interface Line {
  /** As a session's; rejects at once while the line is down. */
  send(channel: string, text: string): Promise<boolean>;
  /** Something that was sent does not go out: the session is given up. */
  distrust(): void;
  state(): LineState;
  /** How the first session of a kept line went: rejects with what was wrong with it, and others follow. */
  readonly opened: Promise<unknown>;
  end(): Promise<void>;
}

/** Whether this process is on the line, or has been. */
export type LineState = 'never joined' | 'joined' | 'lost';

const usual: LineTimes = { tryMs: 10_000, idleMs: 20_000, firstWaitMs: 200, longestWaitMs: 5_000, openMs: 5_000 };
/** What a line says to itself. */
const ECHO = '.';

/**
 * Keeps a line over sessions that end. One counts as open once it has heard itself: a transaction pooler takes LISTEN
 * and never delivers, and a link that is half open takes everything.
 */
export function keepLine({ open, name, isKept, times: given, onMessage, log }: LineOptions): Line {
  const times = { ...usual, ...given };
  let current: Attempt | undefined;
  let failures = 0;
  let nextTryAt = 0;
  let hasEnded = false;
  let hasJoined = false;
  let retryTimer: NodeJS.Timeout | undefined;
  const tryTimer = isKept ? setInterval(tryLine, times.tryMs) : undefined;

  function start(): Attempt {
    const attempt: Attempt = { usedAt: performance.now(), isProven: false, isUnheard: true, session: openSession() };
    function openSession() {
      let hear = () => {};
      const heard = new Promise<void>(resolve => {
        hear = resolve;
      });
      const opening = open(name, {
        onMessage(text) {
          attempt.isUnheard = false;
          if (text === ECHO) hear();
          else onMessage(text);
        },
        onEnd: error => lose(attempt, error),
      });
      return proveSession(opening, heard, name, times.openMs);
    }
    attempt.session.then(
      () => {
        attempt.isProven = true;
        hasJoined = true;
        if (failures > 0) log({ event: 'backplane is back' });
        failures = 0;
      },
      (error: Error) => lose(attempt, error),
    );
    return attempt;
  }

  function lose(attempt: Attempt, error?: Error) {
    attempt.session.then(session => session.end()).catch(ignore);
    if (current !== attempt) return;
    current = undefined;
    if (hasEnded) return;
    if (failures === 0) log({ event: 'backplane lost', message: error?.message });
    const wait = Math.min(times.longestWaitMs, times.firstWaitMs * 2 ** failures++);
    nextTryAt = performance.now() + wait;
    if (isKept) retryTimer = setTimeout(begin, wait);
  }

  function begin() {
    if (!hasEnded) current ??= start();
  }

  async function tryLine() {
    const attempt = current;
    if (attempt === undefined || !attempt.isProven) return;
    if (attempt.isUnheard) return lose(attempt, new Error('it does not hear itself'));
    attempt.isUnheard = true;
    try {
      await (await attempt.session).send(name, ECHO);
    } catch (error) {
      lose(attempt, error as Error);
    }
  }

  /** The session to use now. @throws Error when there is none at this moment */
  function use(): Attempt {
    const now = performance.now();
    if (current !== undefined && !isKept && now - current.usedAt > times.idleMs) {
      const idle = current;
      current = undefined;
      idle.session.then(old => old.end()).catch(ignore);
    }
    if (current === undefined && now >= nextTryAt) begin();
    if (current === undefined) throw new Error('the line is down');
    current.usedAt = now;
    return current;
  }

  if (isKept) begin();
  const opened = current?.session ?? Promise.resolve();
  opened.catch(ignore);
  return {
    opened,
    state() {
      if (current?.isProven) return 'joined';
      return hasJoined ? 'lost' : 'never joined';
    },
    async send(channel, text) {
      const attempt = use();
      const session = await attempt.session;
      try {
        return await session.send(channel, text);
      } catch (error) {
        lose(attempt, error as Error);
        throw error;
      }
    },
    distrust() {
      if (current?.isProven) lose(current, new Error('a message does not go out'));
    },
    async end() {
      hasEnded = true;
      clearInterval(tryTimer);
      clearTimeout(retryTimer);
      const last = current;
      current = undefined;
      await last?.session.then(session => session.end()).catch(ignore);
    },
  };
}

interface Attempt {
  session: Promise<Session>;
  /** Milliseconds since 1970. */
  usedAt: number;
  isProven: boolean;
  /** Nothing has come since it was tried. */
  isUnheard: boolean;
}

/** The session, once it has heard what it said to itself. */
async function proveSession(opening: Promise<Session>, heard: Promise<void>, name: string, withinMs: number) {
  const deadline = new AbortController();
  const late = delay(withinMs, undefined, { signal: deadline.signal, ref: false }).then(() => {
    throw new Error('no message comes back in time; LISTEN needs a session of its own, not a transaction pooler');
  });
  late.catch(ignore);
  try {
    const session = await Promise.race([opening, late]);
    await session.send(name, ECHO);
    await Promise.race([heard, late]);
    return session;
  } catch (error) {
    // One that opens after all is not used.
    opening.then(session => session.end()).catch(ignore);
    throw error;
  } finally {
    deadline.abort();
  }
}

function ignore() {}
