import { type Target, TargetError } from './target.ts';

/** A function of a cloud, as it stands in a target. */
export interface CloudFunction {
  region: string;
  /** Of SCF alone. */
  namespace?: string;
  name: string;
  /** A version or an alias; without it the one that the cloud calls by default. */
  qualifier?: string;
}

/** Calls functions of one cloud. Its SDK is loaded when the first is opened. */
export interface CloudCaller {
  /** @throws Error that says what is missing: the SDK, or credentials in the environment. */
  open(target: string, timeoutMs: number): Promise<Target>;
  close(): void;
}

/** Reads `scf:<region>/<namespace>/<function>[:qualifier]` or `lambda:<region>/<function>[:qualifier]`; `undefined` when it is neither. */
export function readCloudTarget(target: string): CloudFunction | undefined {
  const [, cloud, region = '', path = '', qualifier] =
    /^(scf|lambda):([a-z\d-]+)\/([\w/-]+?)(?::([\w$-]+))?$/.exec(target) ?? [];
  const parts = path.split('/');
  if (cloud === undefined || parts.includes('') || parts.length !== (cloud === 'scf' ? 2 : 1)) return undefined;
  const [name = '', namespace] = parts.reverse();
  return { region, name, ...(namespace && { namespace }), ...(qualifier && { qualifier }) };
}

/**
 * Waits for a call within the time, all of it counted, and then cuts it.
 * @throws TargetError `timeout`
 */
export async function withinTime<Answer>(
  name: string,
  timeoutMs: number,
  call: (signal: AbortSignal) => Promise<Answer>,
): Promise<Answer> {
  const cut = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new TargetError('timeout', `${name} took too long`)), timeoutMs);
    // A function that hangs shall not keep a gateway alive that has ended.
    timer.unref();
  });
  const answer = call(cut.signal);
  // Whoever loses the race fails unheard.
  answer.catch(() => {});
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
    cut.abort();
  }
}

/** What a function returned, which is JSON; text that is none is taken as it is. */
export function parseReturned(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text === '' ? undefined : text;
  }
}

/** The beginning of what a cloud or a function says, on one line, as it may stand in a log. */
export function shortened(message: string): string {
  const [line = ''] = message.trim().split('\n');
  return line.length > 200 ? `${line.slice(0, 200)}…` : line;
}

/** Loads a package that is there only for those who need it. @throws Error that says how to install it */
export async function loadSdk<Sdk>(name: string, load: () => Promise<Sdk>): Promise<Sdk> {
  try {
    return await load();
  } catch (cause) {
    throw new Error(`functions of this cloud are called with ${name}: npm install ${name}`, { cause });
  }
}
