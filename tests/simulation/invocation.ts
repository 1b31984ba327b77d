import { Refusal } from '../../functions/domain/refusal.ts';
import type { Random } from './random.ts';
import type { VirtualTime } from './virtual-time.ts';
import type { Weather } from './weather.ts';

/** A port whose every call is done at once: what the models are. */
export type Sync<Port> = {
  [Name in keyof Port]: Port[Name] extends (...values: infer Values) => Promise<infer Answer>
    ? (...values: Values) => Answer
    : never;
};

/** How a call of a function ended. `died`: the process is gone, or the platform has lost the call. */
export type Ending<Answer> =
  | { type: 'answered'; answer: Answer }
  | { type: 'threw'; error: unknown }
  | { type: 'died' };

/** One call of a function: what may go wrong with each of its steps is decided here. */
export interface Invocation {
  /** The port, asynchronous again: every call of it is a step that may be late, fail before or after, or be the last. */
  port<Port extends object>(model: Sync<Port>): Port;
  /** A step that is not the database's. */
  step<Answer>(act: () => Answer, ms?: number): Promise<Answer>;
}

/** What functions run in. */
export interface Platform {
  invoke<Answer>(work: (invocation: Invocation) => Promise<Answer>): Promise<Ending<Answer>>;
  /** Kills whatever runs now. */
  killAll(): void;
}

/** Longest freeze of a container, milliseconds. */
const FREEZE_MS = 10_000;
/** What the database layer says after it has given up. */
const unavailable = () => new Refusal('unavailable', 'try again', { retryAfterSeconds: 2 });

/** A platform under a weather. A call that dies stops between two steps and is never heard of again: no `catch` runs. */
export function platform(time: VirtualTime, random: Random, weather: () => Weather): Platform {
  const running = new Set<() => void>();

  return {
    killAll() {
      for (const die of [...running]) die();
    },

    invoke(work) {
      const { kill, freeze } = weather();
      let stepsToLive = random.chance(kill) ? random.below(9) : Number.POSITIVE_INFINITY;
      let stepsToFreeze = random.chance(freeze) ? random.below(9) : Number.POSITIVE_INFINITY;
      let isDead = false;
      let end: (ending: Ending<Awaited<ReturnType<typeof work>>>) => void = () => {};
      const die = () => {
        isDead = true;
        running.delete(die);
        time.stir();
        end({ type: 'died' });
      };
      /** A point between two steps. Gives a promise that is never kept when it is the last. */
      const between = async () => {
        stepsToFreeze -= 1;
        if (stepsToFreeze < 0) {
          stepsToFreeze = Number.POSITIVE_INFINITY;
          await time.wait(random.below(FREEZE_MS));
        }
        stepsToLive -= 1;
        if (stepsToLive < 0 && !isDead) die();
        if (isDead) await new Promise(() => {});
      };

      /** Most calls go well; those are spared what costs the most time here, which is promises. */
      function step<Answer>(act: () => Answer, ms = 0): Promise<Answer> {
        const isCharmed =
          ms === 0 && stepsToLive === Number.POSITIVE_INFINITY && stepsToFreeze === Number.POSITIVE_INFINITY;
        if (!isCharmed || isDead) return riskyStep(act, ms);
        try {
          return Promise.resolve(act());
        } catch (error) {
          return Promise.reject(error);
        }
      }

      async function riskyStep<Answer>(act: () => Answer, ms: number): Promise<Answer> {
        await between();
        if (ms > 0) await time.wait(ms);
        if (isDead) await new Promise(() => {});
        const answer = act();
        await between();
        return answer;
      }

      function query<Answer>(act: () => Answer): Promise<Answer> {
        const { databaseAway, slowMs, answerLost, repeatedCall } = weather();
        const delay = slowMs === 0 || random.chance(0.5) ? 0 : random.below(slowMs);
        if (databaseAway) return step(() => reject(unavailable()), delay);
        const again = random.chance(repeatedCall);
        const isLost = random.chance(answerLost);
        if (!again && !isLost) return step(act, delay);
        return step(() => {
          if (again) act();
          const answer = act();
          return isLost ? reject(unavailable()) : answer;
        }, delay);
      }

      const invocation: Invocation = {
        step,
        port<Port extends object>(model: Sync<Port>) {
          return new Proxy(model, {
            get:
              (target, name) =>
              (...values: unknown[]) =>
                query(() => (Reflect.get(target, name) as (...values: unknown[]) => unknown)(...values)),
          }) as unknown as Port;
        },
      };

      running.add(die);
      time.stir();
      return new Promise(resolve => {
        end = resolve;
        work(invocation)
          .then(
            answer => resolve({ type: 'answered', answer }),
            (error: unknown) => resolve({ type: 'threw', error }),
          )
          .finally(() => running.delete(die));
      });
    },
  };
}

function reject(error: Error): never {
  throw error;
}
