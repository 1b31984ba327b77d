import type { Fault } from '../cloud/faults.ts';
import { type Deployment, isChange } from './deployment.ts';

/** How a command is killed. */
export interface Kill {
  /** Before the cloud makes the change, or while it makes it all the same and nobody waits for the answer. */
  when: 'before' | 'during';
  /** Every third call is refused, as too many in a second. */
  isThrottled?: boolean;
}

/** Kills the command at its nth change. Says whether it came so far. */
export async function killAt(
  world: Deployment,
  nth: number,
  args: string[],
  { when, isThrottled = false }: Kill = { when: 'during' },
): Promise<boolean> {
  const { faults } = world.cloud;
  const running = world.start(...args);
  let [seen, calls] = [0, 0];
  const fault: Fault = {
    times: Number.POSITIVE_INFINITY,
    run: ({ action, product }) => {
      calls += 1;
      delete fault.code;
      if (isThrottled && product !== 'cos' && calls % 3 === 0) {
        fault.code = 'RequestLimitExceeded';
        return;
      }
      // Setting up the database is done anew by every run.
      if (isChange(action) && (when === 'during' || action !== 'Invoke')) seen += 1;
      if (seen < nth) return;
      if (when === 'before') fault.cut = 'before';
      running.kill();
    },
  };
  faults.add(fault);
  await running.ended;
  faults.clear();
  return seen >= nth;
}
