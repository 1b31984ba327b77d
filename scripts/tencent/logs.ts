import type { FunctionLog } from 'tencentcloud-sdk-nodejs/tencentcloud/services/scf/v20180416/scf_models.js';
import type { Context } from './context.ts';
import { DeployError } from './failures.ts';

/** Which part of the logs. */
export interface LogOptions {
  /** Goes on until it is interrupted. */
  isTail: boolean;
  /** How far back: `30m`, `2h`, `1d`, or a time in ISO 8601. */
  since: string;
  /** Only calls whose log holds this text. */
  filter: string | undefined;
  intervalMs: number;
}

/** Shows the logs of a function, oldest first, each call once. */
export async function logs(
  { cloud, out }: Context,
  name: string,
  options: LogOptions,
  nowMs: () => number,
): Promise<void> {
  let from = startOf(options.since, nowMs());
  const seen = new Set<string>();
  for (;;) {
    const until = nowMs();
    for (const entry of await read(cloud, name, from, until)) {
      // A call that is still under way is shown when it has ended.
      if (entry.RequestId === undefined || seen.has(entry.RequestId) || entry.RetCode === 2) continue;
      seen.add(entry.RequestId);
      const text = textOf(entry);
      if (options.filter === undefined || text.includes(options.filter)) out.answer(text);
    }
    if (!options.isTail) return;
    // Entries come late: look back a little each time.
    from = Math.max(from, until - 60_000);
    await new Promise(resolve => setTimeout(resolve, options.intervalMs));
  }
}

/** @throws DeployError when the text is no time */
export function startOf(since: string, nowMs: number): number {
  const match = /^(\d+)([smhd])$/.exec(since);
  if (match !== null)
    return nowMs - Number(match[1]) * { s: 1e3, m: 6e4, h: 36e5, d: 864e5 }[match[2] as 's' | 'm' | 'h' | 'd'];
  const time = Date.parse(since);
  if (Number.isNaN(time))
    throw new DeployError(`--startTime "${since}": must be as 30m, 2h, 1d or 2026-01-31T12:00:00Z`);
  return time;
}

async function read({ scf }: Context['cloud'], name: string, fromMs: number, untilMs: number): Promise<FunctionLog[]> {
  const entries: FunctionLog[] = [];
  // The API gives no more than a day at once.
  for (let start = fromMs; start <= untilMs; start += 86_400_000) {
    const end = Math.min(start + 86_400_000, untilMs);
    for (let offset = 0; offset < 10_000; offset += 100) {
      const { Data = [] } = await scf(
        'GetFunctionLogs',
        {
          FunctionName: name,
          StartTime: beijing(start),
          EndTime: beijing(end + 1000),
          Limit: 100,
          Offset: offset,
          Order: 'asc',
          OrderBy: 'start_time',
        },
        name,
      );
      entries.push(...Data);
      if (Data.length < 100) break;
    }
  }
  return entries;
}

/** The API's times have no zone; they are those of Beijing. */
function beijing(ms: number): string {
  return new Date(ms + 8 * 36e5).toISOString().slice(0, 19).replace('T', ' ');
}

function textOf({ StartTime, RequestId, RetCode = 0, Duration = 0, MemUsage = 0, Log = '' }: FunctionLog): string {
  const head = `${StartTime} ${RequestId} ${RetCode === 0 ? 'ok' : `result ${RetCode}`} ${Math.round(Duration)} ms ${Math.round(MemUsage / 1_048_576)} MB`;
  const lines = Log.trim() === '' ? [] : Log.trim().split('\n');
  return [head, ...lines.map(line => `  ${line}`)].join('\n');
}
