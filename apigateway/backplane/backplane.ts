import { randomBytes } from 'node:crypto';
import type { PushOutcome } from '../push.ts';
import { keepLine, type LineState, type LineTimes, type OpenSession } from './line.ts';
import { decodeMessage, encodeAnswers, encodePush, type Parcel } from './message.ts';

/** The way between the processes of a deployment: whoever pushes, and the gateway instances that hold the connections. */
export interface Backplane {
  /** The name of this process. The ids of an instance's connections begin with it. */
  readonly name: string;
  /** Bytes of the largest frame that travels in one piece; a larger one is better replaced by a nudge to ask for it. */
  readonly frameBytes: number;
  /**
   * Hands a parcel to the instance that holds its connection, and waits for the answer. `gone` is the instance's own
   * word; nobody there, no answer in time and a backplane that is away are all `unknown`. Never throws.
   */
  publish(instance: string, parcel: Parcel): Promise<PushOutcome>;
  /** Whether this process is on the line, or has been. */
  state(): LineState;
  /** How joining went the first time: rejects with what was wrong, and other tries follow. */
  readonly opened: Promise<unknown>;
  end(): Promise<void>;
}

/** What a backplane runs on: Redis or PostgreSQL. */
export interface Medium {
  open: OpenSession;
  frameBytes: number;
}

/** How a process takes part. */
export interface BackplaneOptions {
  medium: Medium;
  /** Letters and digits in lower case; by default of its own making. */
  name?: string;
  /** Takes what comes for the connections of this process, which then stays on the line. Without it, it only publishes. */
  receive?: (parcel: Parcel) => PushOutcome;
  /** How long an answer may take, milliseconds. */
  timeoutMs?: number;
  times?: Partial<LineTimes>;
  /** Gets what happens to the line; never what is pushed. */
  log?: (entry: { event: string; message?: string | undefined }) => void;
}

/** A name for a process: no two have the same, and it is fit for a channel and for the beginning of an id. */
export function newProcessName(): string {
  return randomBytes(8).toString('hex');
}

/**
 * Joins a backplane. With `receive` it connects at once and again whenever it is cut off; without, with the first push.
 *
 *     const backplane = createBackplane({ medium: redisMedium(url) });
 *     const push = backplanePush(() => backplane);
 */
export function createBackplane(options: BackplaneOptions): Backplane {
  const { medium, receive, name = newProcessName(), timeoutMs = 1_500, log = () => undefined } = options;
  const asked = new Map<number, (outcome: PushOutcome) => void>();
  const answers = new Map<string, [number: number, outcome: PushOutcome][]>();
  let count = 0;

  const line = keepLine({
    open: medium.open,
    name,
    isKept: receive !== undefined,
    times: options.times,
    log,
    onMessage(text) {
      const message = decodeMessage(text);
      if (message?.type === 'push' && receive !== undefined) {
        answer(message.from, message.number, receive(message.parcel));
      } else if (message?.type === 'answers') {
        for (const [number, outcome] of message.answers) asked.get(number)?.(outcome);
      }
    },
  });

  /** What came in together is answered together. */
  function answer(to: string, number: number, outcome: PushOutcome) {
    if (answers.size === 0) queueMicrotask(sendAnswers);
    const due = answers.get(to);
    if (due === undefined) answers.set(to, [[number, outcome]]);
    else due.push([number, outcome]);
  }

  function sendAnswers() {
    for (const [to, due] of answers) {
      // Whoever waits for an answer that is lost gives up by itself.
      line.send(to, encodeAnswers(due)).catch(() => undefined);
    }
    answers.clear();
  }

  return {
    name,
    frameBytes: medium.frameBytes,
    state: () => line.state(),
    opened: line.opened,
    async publish(instance, parcel) {
      if (instance === name) return receive?.(parcel) ?? 'unknown';
      const number = ++count;
      return new Promise(resolve => {
        function finish(outcome: PushOutcome) {
          clearTimeout(timer);
          asked.delete(number);
          resolve(outcome);
        }
        let hasGone = false;
        const timer = setTimeout(() => {
          if (!hasGone) line.distrust();
          finish('unknown');
        }, timeoutMs);
        asked.set(number, finish);
        line.send(instance, encodePush(name, number, parcel)).then(
          isHeard => {
            hasGone = true;
            if (!isHeard) finish('unknown');
          },
          () => finish('unknown'),
        );
      });
    },
    async end() {
      await line.end();
      for (const finish of [...asked.values()]) finish('unknown');
    },
  };
}
