import type { FunctionProcess, Outcome } from './process.ts';

/** The processes of one function as it is now: as many as there are calls at a time, up to a limit. */
export interface FunctionPool {
  call(event: unknown, context: object): Promise<Outcome>;
  /** Takes no more calls; ends every process when its call is over, or with `now` at once. */
  retire(now: boolean): Promise<void>;
}

/** Makes an empty pool. A process that is free is taken again, as a warm container is. */
export function createFunctionPool(start: () => FunctionProcess, mostProcesses: number): FunctionPool {
  const free: FunctionProcess[] = [];
  const all = new Set<FunctionProcess>();
  const waiting: (() => void)[] = [];
  let isRetired = false;
  let isClosed = false;

  async function take(): Promise<FunctionProcess | undefined> {
    while (!isClosed) {
      const warm = free.pop();
      if (warm?.isAlive) return warm;
      if (warm !== undefined) all.delete(warm);
      else if (all.size < mostProcesses) {
        const started = start();
        all.add(started);
        return started;
      } else await new Promise<void>(resolve => waiting.push(resolve));
    }
    return undefined;
  }

  async function give(used: FunctionProcess): Promise<void> {
    if (isRetired) await used.end();
    if (used.isAlive) free.push(used);
    else all.delete(used);
    waiting.shift()?.();
  }

  return {
    async call(event, context) {
      const taken = await take();
      if (taken === undefined) return { status: 405, message: 'the function is gone', log: '', memoryBytes: 0 };
      try {
        return await taken.call(event, context);
      } finally {
        await give(taken);
      }
    },
    async retire(now) {
      isRetired = true;
      isClosed = now;
      if (now) for (const wake of waiting.splice(0)) wake();
      await Promise.all((now ? [...all] : free.splice(0)).map(each => each.end()));
    },
  };
}
