import { parseCron } from './cron.ts';
import type { DeployedFunction, StoredTrigger } from './deployed-function.ts';

/** Timers of functions. */
export interface FunctionTimers {
  stop(): void;
}

/** Calls `run` in every second that a timer's expression names. */
export function startTimers(
  functions: () => Iterable<DeployedFunction>,
  run: (deployed: DeployedFunction, trigger: StoredTrigger, at: Date) => void,
): FunctionTimers {
  let second = Math.floor(Date.now() / 1000);
  const clock = setInterval(() => {
    for (const now = Math.floor(Date.now() / 1000); second < now; ) {
      second += 1;
      const at = new Date(second * 1000);
      for (const deployed of functions()) for (const trigger of dueTimers(deployed, at)) run(deployed, trigger, at);
    }
  }, 100);
  clock.unref();
  return { stop: () => clearInterval(clock) };
}

/** The event of a timer (583/9708). */
export function timerEvent({ name, customArgument }: StoredTrigger, at: Date): object {
  return { Message: customArgument, Time: at.toISOString().replace(/\.\d+Z$/, 'Z'), TriggerName: name, Type: 'Timer' };
}

function dueTimers({ triggers, status }: DeployedFunction, at: Date): StoredTrigger[] {
  if (status !== 'Active' && status !== 'Updating') return [];
  return [...triggers.values()].filter(
    ({ type, isEnabled, desc }) => type === 'timer' && isEnabled && parseCron(desc)(at),
  );
}
