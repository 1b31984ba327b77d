import { callFunction } from './call-function.ts';
import type { CloudCaller } from './cloud-target.ts';
import { lambdaCaller } from './lambda-caller.ts';
import { type ModuleFunctions, moduleFunctions } from './module-functions.ts';
import { scfCaller } from './scf-caller.ts';
import { type EventFunction, type Target, TargetError } from './target.ts';
import { type CallingOptions, urlCaller } from './url-caller.ts';

/** Opens targets of all kinds. */
export interface Targets {
  /** A function has the time-out of the gateway unless another one is given, in milliseconds. */
  open(target: string | EventFunction, timeoutMs?: number): Promise<Target>;
  /** Loads the modules again: a developer has changed them. */
  reload(): Promise<void>;
  /** Closes the connections to functions by URL. */
  close(): void;
}

/** Makes the one set of targets of a gateway. */
export function createTargets(options: CallingOptions): Targets {
  const modules = moduleFunctions();
  const urls = urlCaller(options);
  const clouds: Readonly<Record<string, CloudCaller>> = { scf: scfCaller(), lambda: lambdaCaller() };
  return {
    async open(target, ownMs = options.timeoutMs) {
      if (typeof target === 'function') return inProcess(target.name || 'function', () => target, ownMs);
      if (/^https?:/i.test(target)) return urls.open(new URL(target), ownMs);
      const cloud = clouds[target.split(':')[0] ?? ''];
      return cloud === undefined ? openModule(modules, target, ownMs) : cloud.open(target, ownMs);
    },
    reload: () => modules.reload(),
    close() {
      urls.close();
      for (const cloud of Object.values(clouds)) cloud.close();
    },
  };
}

async function openModule(modules: ModuleFunctions, target: string, timeoutMs: number): Promise<Target> {
  await modules.load(target);
  return inProcess(target, () => modules.get(target), timeoutMs);
}

function inProcess(name: string, functionNow: () => EventFunction, timeoutMs: number): Target {
  return {
    name,
    call: (event, requestId) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(new TargetError('timeout', `${name} took too long`)), timeoutMs);
        // A function that hangs shall not keep a gateway alive that has ended.
        timer.unref();
        const fail = (cause: unknown) => {
          clearTimeout(timer);
          reject(new TargetError('failed', `${name} threw`, { cause }));
        };
        const finish = (answer: unknown) => {
          clearTimeout(timer);
          resolve(answer);
        };
        callFunction(functionNow(), event, requestId).then(finish, fail);
      }),
  };
}
