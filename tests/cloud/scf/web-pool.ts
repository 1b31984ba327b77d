import type { WebInstance } from './web-instance.ts';

/** The instances of one web function as it is now. */
export interface WebPool {
  /** An instance with room, started if need be, and counted on: call `release` afterwards. */
  take(): Promise<{ instance: WebInstance; release(): void } | { status: number; message: string }>;
  /** Every instance that runs. */
  readonly instances: readonly WebInstance[];
  /** Takes no more; ends each instance when its last connection is over, or with `now` at once. */
  retire(now: boolean): Promise<void>;
}

/**
 * Makes a pool without instances. An instance takes `concurrency` requests and connections at a time; with `spread` of
 * more than one the first ones are shared out over so many.
 */
export function createWebPool(
  start: () => Promise<WebInstance>,
  { concurrency, spread }: { concurrency: number; spread: number },
): WebPool {
  const instances: WebInstance[] = [];
  let isRetired = false;
  let isClosed = false;
  let starting: Promise<unknown> = Promise.resolve();

  async function find(): Promise<WebInstance> {
    const alive = instances.filter(each => each.isAlive);
    instances.splice(0, instances.length, ...alive);
    const [least] = alive.toSorted((one, other) => one.load - other.load);
    const isNewWanted = alive.length < spread && (least?.load ?? 1) > 0;
    if (least !== undefined && least.load < concurrency && !isNewWanted) return least;
    const started = await start();
    instances.push(started);
    if (isClosed) await started.end();
    return started;
  }

  return {
    instances,
    async take() {
      // One after another: two that come together are not to start two.
      const found = starting.then(find).then(instance => {
        instance.load += 1;
        return instance;
      });
      starting = found.catch(() => {});
      const instance = await found;
      const problem = await instance.ready;
      const release = () => {
        instance.load -= 1;
        if (isRetired && instance.load === 0) void instance.end();
      };
      if (problem === undefined) return { instance, release };
      release();
      void instance.end();
      return problem;
    },
    async retire(now) {
      isRetired = true;
      isClosed = now;
      await Promise.all(instances.filter(({ load }) => now || load === 0).map(each => each.end()));
    },
  };
}
