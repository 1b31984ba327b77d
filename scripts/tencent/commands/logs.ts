import type { Cloud } from '../cloud.ts';
import type { Context } from '../context.ts';
import { DeployError } from '../failures.ts';
import { sleep } from '../patience.ts';
import { readFunction, requireDeployed } from '../resources/scf.ts';

/** Which part of the logs. */
export interface LogOptions {
  /** Goes on until it is interrupted. */
  isTail: boolean;
  /** How far back: `30m`, `2h`, `1d`, or a time in ISO 8601. */
  since: string;
  /** Only lines with this text. */
  filter: string | undefined;
  intervalMs: number;
}

/** One line of a function's log. */
interface Line {
  /** The same at each look. */
  id: string;
  timeMs: number;
  requestId: string;
  message: string;
}

/** Lines come to CLS late, and not in order: each look begins this far before the last one. */
const lateMs = 60_000;

/**
 * Shows what a function has logged, oldest first, each line once.
 * @throws DeployError when the function logs nowhere
 */
export async function logs(
  { cloud, out }: Context,
  name: string,
  options: LogOptions,
  nowMs: () => number,
): Promise<void> {
  const { logTopicId } = requireDeployed(name, await readFunction(cloud, name));
  if (logTopicId === '')
    throw new DeployError(
      `${name} keeps no logs: set \`logs: true\` under provider in serverless.yml, which needs CLS and the policy QcloudCLSFullAccess, and run \`npx sls deploy\`; \`npx sls invoke\` shows the log of its own call without`,
    );
  let from = startOf(options.since, nowMs());
  const seen = new Map<string, number>();
  for (;;) {
    const until = nowMs();
    for await (const line of linesOf(cloud, logTopicId, name, from, until)) {
      if (seen.has(line.id)) continue;
      seen.set(line.id, line.timeMs);
      const text = `${new Date(line.timeMs).toISOString()} ${line.requestId} ${line.message.trimEnd()}`;
      if (options.filter === undefined || text.includes(options.filter)) out.answer(text);
    }
    if (!options.isTail) return;
    from = Math.max(from, until - lateMs);
    for (const [id, timeMs] of seen) if (timeMs < from) seen.delete(id);
    await sleep(options.intervalMs);
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

/** Page by page, until CLS says that there are no more. */
async function* linesOf({ cls }: Cloud, TopicId: string, name: string, From: number, To: number): AsyncGenerator<Line> {
  // The oldest syntax of CLS is the default where none is said; 1 is the one of today.
  const query = { TopicId, From, To, QueryString: `SCF_FunctionName:"${name}"`, QuerySyntax: 1 };
  let cursor = '';
  do {
    const page = await cls('SearchLog', { ...query, Sort: 'asc', Limit: 1000, Context: cursor }, name);
    for (const { PkgId = '', PkgLogId = '', Time = 0, LogJson = '{}' } of page.Results ?? []) {
      const { SCF_RequestId = '', SCF_Message = '' } = JSON.parse(LogJson) as Record<string, string>;
      yield { id: `${PkgId} ${PkgLogId}`, timeMs: Time, requestId: SCF_RequestId, message: SCF_Message };
    }
    cursor = page.ListOver === false ? (page.Context ?? '') : '';
  } while (cursor !== '');
}
