import type { Cloud } from '../tencent/cloud.ts';
import { lookUntil } from '../tencent/patience.ts';
import { convergeFunction, removeFunction } from '../tencent/resources/function.ts';
import { invokeFunction } from '../tencent/resources/invoke.ts';
import { ensureLogTopic, hasLogTopic, removeLogTopic } from '../tencent/resources/log-topic.ts';
import type { Find } from './finding.ts';
import { eventFunction, eventPackage, settings as stage, variables } from './functions.ts';

/** Lines come a while after they were written. */
const lateMs = 60_000;

/** Makes a log set and a topic, lets a function log there, reads its line, and removes all of it again. */
export async function probeLogs(cloud: Cloud, find: Find): Promise<void> {
  const settings = { ...stage, logs: { topicId: undefined } };
  try {
    const logTopic = await ensureLogTopic(cloud, settings, () => {});
    const changes: string[] = [];
    const again = await ensureLogTopic(cloud, settings, text => changes.push(text));
    find('a log set and a topic are found again', again?.topicId === logTopic?.topicId && changes.length === 0);
    await convergeFunction(cloud, { ...settings, logTopic }, eventFunction, variables, eventPackage());
    await invokeFunction(cloud, eventFunction.name, {});
    find('lines come within a minute', await hasLine(cloud, logTopic?.topicId ?? ''));
  } finally {
    await removeFunction(cloud, eventFunction.name);
    await removeLogTopic(cloud, settings);
  }
  find('a log set without topics can be removed', !(await hasLogTopic(cloud, settings)));
}

async function hasLine({ cls, patience }: Cloud, TopicId: string): Promise<boolean> {
  const look = async () => {
    const query = { TopicId, QueryString: `SCF_FunctionName:"${eventFunction.name}"`, QuerySyntax: 1 };
    const { Results = [] } = await cls('SearchLog', {
      ...query,
      ...{ From: Date.now() - 10 * lateMs, To: Date.now() + lateMs, Sort: 'asc', Limit: 100 },
    });
    return Results.some(({ LogJson = '' }) => LogJson.includes('called by the check')) || undefined;
  };
  const patienceMs = Math.min(patience.patienceMs, lateMs);
  return (await lookUntil(look, { patienceMs, pollMs: Math.max(patience.pollMs, 200) })) ?? false;
}
